import { InvalidArgumentError } from 'commander';

/** Reads an option’s whole number; `1e3` and `0x10` are numbers to JavaScript, and hardly what was meant. */
export function numberBetween(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d{1,9}$/.test(text) || number < least || number > most) {
      throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
    }
    return number;
  };
}
