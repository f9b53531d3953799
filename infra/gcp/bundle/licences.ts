import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundledPackage } from './packages.ts';

/** Licences that allow to pass the code on in another product, under the condition that their text goes with it. */
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-3.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Unlicense',
]);

/** Of an SPDX expression: one of its alternatives is enough, each of its parts is needed. What is nested deeper is not known. */
export function isPermissive(expression: string): boolean {
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  if (plain.includes(' OR ')) return plain.split(' OR ').some((each) => PERMISSIVE.has(each.trim()));
  return plain.split(' AND ').every((each) => PERMISSIVE.has(each.trim()));
}

/** Words by which the texts of the licences above grant what they grant. */
const GRANT =
  /permission is hereby granted|permission to use, copy|redistribution and use|terms and conditions for use/i;

const LICENCE_FILE = /^(un)?licen[cs]e|^copying|^notice/i;

/** A licence's text with the packages that it is the text of. */
interface Text {
  readonly text: string;
  readonly packages: string[];
}

/**
 * What must go with a bundle: every package in it, its licence, and the licence's text as the package carries it. Equal texts
 * stand once.
 *
 * @throws Error for a package whose licence is not known to be permissive, or whose text is nowhere.
 */
export function thirdPartyLicences(packages: readonly BundledPackage[]): string {
  const texts = new Map<string, Text>();
  for (const bundled of packages) {
    const text = (ownText(bundled) ?? textOfAnother(bundled, packages)).replaceAll('\r\n', '\n').trim();
    // Only the layout differs between many copies of the same text.
    const key = text.replaceAll(/\s+/g, ' ');
    const known = texts.get(key) ?? { text, packages: [] };
    texts.set(key, known);
    known.packages.push(described(bundled));
  }
  const parts = [...texts.values()].map(({ text, packages: named }) => `${named.join('\n')}\n\n${text}\n`);
  return [HEAD, ...parts].join(`\n${'-'.repeat(80)}\n\n`);
}

const HEAD =
  'The code beside this file contains code of the packages below, each under the licence that follows it.\n';

function described({ name, version, license, author }: BundledPackage): string {
  return `${name} ${version} (${license}${author === undefined ? '' : `, ${author}`})`;
}

/** The package's licence files; else what its README says about it. */
function ownText(bundled: BundledPackage): string | undefined {
  const { name, version, license, folder } = bundled;
  if (license === undefined || !isPermissive(license)) {
    const stated = license === undefined ? 'states no licence' : `is under ${license}`;
    throw new Error(
      `${name} ${version} ${stated}, of which it is not known whether bundles may contain it: find out, and add it to PERMISSIVE in infra/gcp/bundle/licences.ts or do without the package`,
    );
  }
  const files = readdirSync(folder).sort();
  const texts = files.filter((file) => LICENCE_FILE.test(file)).map((file) => read(folder, file));
  if (texts.length > 0) return texts.join('\n\n');
  const readme = files.find((file) => /^readme(\.md)?$/i.test(file));
  return readme === undefined ? undefined : sectionAboutLicence(read(folder, readme));
}

/** From its heading on to the next one, if it is the text and not only the name of it or a link. */
function sectionAboutLicence(readme: string): string | undefined {
  const section = /^(?:#+ *licen[cs]e\b.*|licen[cs]e\n[-=]+)\n([\s\S]*?)(?=^#|(?![\s\S]))/im.exec(
    readme,
  )?.[1];
  return section !== undefined && GRANT.test(section) ? section : undefined;
}

/** Apache 2.0 names nobody: the text is the same for all. */
function textOfAnother({ name, version, license }: BundledPackage, all: readonly BundledPackage[]): string {
  const others = license === 'Apache-2.0' ? all.filter((bundled) => bundled.license === license) : [];
  const texts = others.map((bundled) => ownText(bundled));
  const text = texts.find((each) => each?.includes('TERMS AND CONDITIONS FOR USE'));
  if (text !== undefined) return text;
  throw new Error(`${name} ${version} carries no text of its licence (${license}), which must go with it`);
}

function read(folder: string, file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}
