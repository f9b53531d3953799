import type { LawWatcher } from './scene.ts';
import { at, isMigration, listAt, numberAt } from './stored.ts';

export const progressAddsUp: LawWatcher = ({ broken }) => ({
  written: ({ path, after }) => {
    if (!isMigration(path) || after === undefined) return;
    const shown = [
      at(after, 'status', 'progress'),
      ...listAt(after, 'steps').map((step) => at(step, 'progress')),
    ];
    for (const progress of shown) {
      if (progress === undefined) continue;
      const [done, total] = [
        numberAt(progress, 'done') ?? Number.NaN,
        numberAt(progress, 'total') ?? Number.NaN,
      ];
      if (!(0 <= done && done <= total))
        broken('progress adds up', `${path} shows ${JSON.stringify(progress)}`);
    }
  },
});
