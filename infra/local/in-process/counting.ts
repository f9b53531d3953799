/** Ids that count up, for worlds in which the same beginning leads to the same history. */
export function counting(prefix: string): () => string {
  return countedAs((made) => `${prefix}-${made}`);
}

/** The same for whoever insists on UUIDs. */
export function countingUuids(): () => string {
  return countedAs((made) => `00000000-0000-4000-8000-${made.toString(16).padStart(12, '0')}`);
}

function countedAs(text: (made: number) => string): () => string {
  let made = 0;
  return () => {
    made += 1;
    return text(made);
  };
}
