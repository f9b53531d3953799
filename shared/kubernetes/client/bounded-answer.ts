import { ResponseContext } from '@kubernetes/client-node';
import { boundedText, TooLarge } from '../../bounded-text.ts';

/**
 * Of one answer, unpacked. A page of 500 nodes or pods has 10 to 20 MB where they carry much; whoever owns a cluster can make it answer
 * without an end, and so can a pod that is asked through the API server.
 */
export const MOST_ANSWER_BYTES = 64 * 1024 * 1024;

/** The answer, whose text is read only as far as the bound: it throws {@link TooLarge} behind that. */
export function boundedAnswer(answer: ResponseContext, mostBytes = MOST_ANSWER_BYTES): ResponseContext {
  const { httpStatusCode, headers, body } = answer;
  return new ResponseContext(httpStatusCode, headers, {
    text: async () => {
      const stream = body.stream();
      if (stream !== null) return await boundedText(stream, mostBytes);
      // What stands in for a server has no stream, and an answer without a body has none.
      const text = await body.text();
      if (Buffer.byteLength(text) > mostBytes) throw new TooLarge(mostBytes);
      return text;
    },
    binary: () => body.binary(),
    stream: () => body.stream(),
  });
}
