/** What Go's `strconv.ParseBool` takes for true; with it Gardener reads annotations. */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value);
}

/** What Go's `strconv.ParseBool` takes for false. */
export function isFalse(value: string | undefined): boolean {
  return value !== undefined && ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value);
}
