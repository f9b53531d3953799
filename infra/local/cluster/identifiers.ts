import type { Random } from '../random.ts';

const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** `length` characters as Kubernetes appends them to generated names: no vowels, nothing easily confused. */
export function nameSuffix(random: Random, length = 5): string {
  let text = '';
  for (let index = 0; index < length; index += 1) {
    text += NAME_ALPHABET[Math.floor(random() * NAME_ALPHABET.length)];
  }
  return text;
}

const HEX = '0123456789abcdef';

/** A version 4 UUID. */
export function uuid(random: Random): string {
  let text = '';
  for (let index = 0; index < 32; index += 1) {
    if (index === 8 || index === 12 || index === 16 || index === 20) text += '-';
    const digit = Math.floor(random() * 16);
    text += HEX[index === 12 ? 4 : index === 16 ? 8 + (digit % 4) : digit];
  }
  return text;
}
