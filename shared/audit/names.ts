/** What the DNS says of a name: which of the two kinds of records it has, or that it could not be asked. */
export type NameAnswer =
  | { readonly kind: 'answered'; readonly ipv4: boolean; readonly ipv6: boolean }
  | { readonly kind: 'no answer'; readonly why: string };

/** Asks the DNS for the addresses of a name. Never throws. */
export type LookUp = (name: string) => Promise<NameAnswer>;
