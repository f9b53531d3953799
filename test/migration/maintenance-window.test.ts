import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  InvalidMaintenanceWindow,
  isOpen,
  nextOpening,
  parseMaintenanceWindow,
  SAFETY_MARGIN,
} from '../../shared/migration/maintenance-window.ts';

/** `HH:MM:SS` on a day of its own, as milliseconds. */
function at(time: string): number {
  return Date.parse(`2026-03-29T${time}Z`);
}

function openAt(begin: string, end: string, time: string): boolean {
  return isOpen(parseMaintenanceWindow(begin, end), at(time));
}

function problemOf(begin: string, end: string): { field: string; message: string } | undefined {
  try {
    parseMaintenanceWindow(begin, end);
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidMaintenanceWindow)) throw error;
    return { field: error.field, message: error.message };
  }
}

describe('a window on one day', () => {
  test.each([
    ['07:59:59', false],
    ['08:00:00', true],
    ['09:30:00', true],
    ['10:45:00', true],
    ['10:45:01', false],
    ['11:00:00', false],
    ['23:00:00', false],
  ])('from 8 to 11 is, at %s, open: %s (both ends count, the last 15 minutes do not)', (time, open) => {
    expect(openAt('080000+0000', '110000+0000', time)).toBe(open);
  });

  test('stays open through the whole second in which it ends', () => {
    expect(openAt('080000+0000', '110000+0000', '10:45:00.999')).toBe(true);
  });
});

describe('a window across midnight', () => {
  test.each([
    ['21:59:59', false],
    ['22:00:00', true],
    ['23:59:59', true],
    ['00:00:00', true],
    ['01:45:00', true],
    ['01:45:01', false],
    ['12:00:00', false],
  ])('from 22 to 2 is, at %s, open: %s', (time, open) => {
    expect(openAt('220000+0000', '020000+0000', time)).toBe(open);
  });

  test.each([
    ['23:44:59', true],
    ['23:50:00', true],
    ['23:50:01', false],
    ['00:01:00', false],
  ])('whose last 15 minutes are what lies after midnight is, at %s, open: %s', (time, open) => {
    expect(openAt('230000+0000', '000500+0000', time)).toBe(open);
  });

  test('may end at midnight sharp', () => {
    expect(openAt('230000+0000', '000000+0000', '23:45:00')).toBe(true);
    expect(openAt('230000+0000', '000000+0000', '23:45:01')).toBe(false);
  });

  test('whose end less 15 minutes is midnight sharp is open until then', () => {
    expect(openAt('230000+0000', '001500+0000', '00:00:00')).toBe(true);
    expect(openAt('230000+0000', '001500+0000', '00:00:01')).toBe(false);
  });
});

describe('offsets', () => {
  test.each([
    ['220000+0100', '230000+0100', 21 * 3600, 22 * 3600],
    ['000000+0100', '010000+0100', 23 * 3600, 0],
    ['220000-0800', '230000-0800', 6 * 3600, 7 * 3600],
    ['233000-0100', '003000-0100', 1800, 5400],
    ['100000+1400', '110000+1400', 20 * 3600, 21 * 3600],
    ['000000+0530', '010000+0530', 18.5 * 3600, 19.5 * 3600],
    ['220000-0000', '230000+0000', 22 * 3600, 23 * 3600],
    // Each time has its own.
    ['120000+0200', '090000-0200', 10 * 3600, 11 * 3600],
  ])('%s to %s is, in UTC, from second %d to second %d of the day', (begin, end, from, to) => {
    expect(parseMaintenanceWindow(begin, end)).toEqual({ begin: from, end: to });
  });

  test('a fixed offset knows no daylight saving', () => {
    const window = parseMaintenanceWindow('220000+0100', '000000+0100');
    for (const day of ['2026-01-15', '2026-07-15']) {
      expect(isOpen(window, Date.parse(`${day}T21:00:00Z`))).toBe(true);
      expect(isOpen(window, Date.parse(`${day}T20:59:59Z`))).toBe(false);
    }
  });
});

describe('the length', () => {
  test.each([
    ['080000+0000', '083000+0000', 'thirty minutes'],
    ['080000+0000', '140000+0000', 'six hours'],
    ['210000+0000', '030000+0000', 'six hours across midnight'],
  ])('%s to %s is taken: %s', (begin, end) => {
    expect(problemOf(begin, end)).toBeUndefined();
  });

  test.each([
    ['080000+0000', '080000+0000', 1440, 'begin is end, which is a whole day'],
    ['080000+0000', '090000+0100', 1440, 'begin is end in UTC'],
    ['080000+0000', '082900+0000', 29, 'too short'],
    ['080000+0000', '140100+0000', 361, 'too long'],
    ['090000+0000', '080000+0000', 1380, 'too long across midnight'],
  ])('%s to %s is refused with its %d minutes: %s', (begin, end, minutes) => {
    expect(problemOf(begin, end)).toEqual({
      field: 'timeWindow',
      message: `lasts ${minutes} minutes (${begin} to ${end}), expected 30 minutes to 6 hours`,
    });
  });
});

describe('the format', () => {
  test.each([
    '',
    '220000',
    '2200+0100',
    '22:00:00+01:00',
    '220000Z',
    '220000 +0100',
    ' 220000+0100',
    '220000+0100\n',
    '240000+0100',
    '236000+0100',
    '235960+0100',
    '220000+01',
    '220000+01000',
    '220000+2500',
    '220000+9900',
    '220000+0161',
    '220000−0100',
    '２２0000+0100',
  ])('%j is refused, and the field is named', (text) => {
    expect(problemOf(text, '230000+0100')?.field).toBe('begin');
    const end = problemOf('220000+0100', text);
    expect(end).toEqual({
      field: 'end',
      message: `${JSON.stringify(text)} is not HHMMSS±ZZZZ, e.g. "220000+0100"`,
    });
  });
});

describe('the next opening', () => {
  const windows = fc
    .record({ begin: fc.integer({ min: 0, max: 86_399 }), length: fc.integer({ min: 1800, max: 6 * 3600 }) })
    .map(({ begin, length }) => ({ begin, end: (begin + length) % 86_400 }));
  const moments = fc.integer({ min: 0, max: 4_102_444_800_000 });

  test('is open, and nothing between now and then is', () => {
    const between = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(windows, moments, fc.array(between, { maxLength: 20 }), (window, now, shares) => {
        const opening = nextOpening(window, now);
        expect(isOpen(window, opening)).toBe(true);
        expect(opening).toBeGreaterThanOrEqual(now);
        expect(opening - now).toBeLessThanOrEqual(86_400_000);
        if (opening === now) return;
        const earlier = [
          now,
          opening - 1,
          ...shares.map((share) => Math.floor(now + share * (opening - 1 - now))),
        ];
        expect(earlier.filter((moment) => isOpen(window, moment))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('is now while the window is open', () => {
    fc.assert(
      fc.property(windows, moments, (window, now) => {
        expect(nextOpening(window, now) === now).toBe(isOpen(window, now));
      }),
    );
  });

  test('leaves at least a quarter of an hour until the window’s end, as the shoot states it', () => {
    fc.assert(
      fc.property(windows, moments, (window, now) => {
        const time = Math.floor(nextOpening(window, now) / 1000) % 86_400;
        expect((window.end - time + 86_400) % 86_400).toBeGreaterThanOrEqual(SAFETY_MARGIN);
      }),
    );
  });
});
