import { notAcceptable } from '../rules/errors.ts';

/** In which shape a client wants objects: as they are, as rows of a table (kubectl), or their metadata only. */
export type Form = 'object' | 'table' | 'metadata';

const MEDIA_TYPES = ['application/json', 'application/yaml'];
const ANY = ['*/*', 'application/*', 'application/json', 'application/yaml', ''];

/**
 * The first form that an Accept header names and the server has, in JSON whatever else is accepted.
 *
 * @throws ApiError 406 when the header names nothing that the server has.
 */
export function formOf(accept = ''): Form {
  for (const offer of accept.split(',')) {
    const [type = '', ...parameters] = offer.split(';').map((part) => part.trim());
    if (!ANY.includes(type)) continue;
    const as = parameters.find((parameter) => parameter.startsWith('as='))?.slice('as='.length);
    if (as === undefined) return 'object';
    if (as === 'Table') return 'table';
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return 'metadata';
  }
  throw notAcceptable(MEDIA_TYPES);
}
