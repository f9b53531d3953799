/** Fields whose recorded values were normalised, and what a real value looks like. */
const NORMALISED: Readonly<Record<string, RegExp>> = {
  id: /^\d{1,20}$/,
  targetId: /^\d{1,20}$/,
  creationTimestamp: /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/,
  insertTime: /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/,
  startTime: /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/,
  endTime: /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/,
  fingerprint: /^[\w+/-]{11}=$/,
  // Recorded as 10.0.0.1 for every range, also for 10.132.0.0/16.
  gatewayAddress: /^10\.\d+\.0\.1$/,
  // Ends with the network's id, which the recording replaced by its name.
  selfLinkWithId: /^https:\/\/www\.googleapis\.com\/compute\/v1\/projects\/[^/]+\/global\/networks\/\d+$/,
};

/** An operation's name is new at every run; only a first answer does not know it yet. */
const OPERATION = /operation-[0-9a-f-]+|unknown-\w+|(?<=\/operations\/)$/g;

/** Where the answer differs from the recorded JSON: one line for each place, none when it is the same. */
export function difference(recorded: unknown, answer: unknown, place = ''): string[] {
  const field = place.slice(place.lastIndexOf('.') + 1);
  const pattern = NORMALISED[field];
  if (pattern !== undefined && typeof answer === 'string') {
    return pattern.test(answer) ? [] : [`${place}: ${answer} does not look like one`];
  }
  if (isObject(recorded) && isObject(answer)) {
    const keys = new Set([...Object.keys(recorded), ...Object.keys(answer)]);
    return [...keys].flatMap((key) =>
      difference(Reflect.get(recorded, key), Reflect.get(answer, key), `${place}.${key}`),
    );
  }
  const [one, other] = [recorded, answer].map((value) =>
    field === 'name' && isOperationName(answer) ? 'operation' : plain(value),
  );
  return one === other
    ? []
    : [`${place}: recorded ${JSON.stringify(recorded)}, got ${JSON.stringify(answer)}`];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isOperationName(value: unknown): boolean {
  return typeof value === 'string' && /^operation-\d+-/.test(value);
}

function plain(value: unknown): string | undefined {
  return JSON.stringify(value)?.replace(/"$/, '').replace(OPERATION, 'operation');
}
