/** Why nobody can do anything with a message: it is put on record under `refusals/` and acknowledged. */
export const BAD_MESSAGE_REASONS = {
  NotAMessage: 'The request is neither a Pub/Sub CloudEvent nor a push delivery.',
  TooLarge: 'The message is larger than anything that the product sends or expects.',
  NotJson: 'The message’s data is not JSON.',
  InvalidBody: 'A field of the message’s data is missing or wrong.',
  UnknownShoot: 'No migration of the shoot is known.',
} as const;
export type BadMessageReason = keyof typeof BAD_MESSAGE_REASONS;

/** Why a change of a shoot starts no migration, beside what stands in the way of the shoot itself (`migration/admission.ts`). */
export const INTAKE_REASONS = {
  FamiliesChangeNotSupported: 'Only the change from [IPv4] to [IPv4, IPv6] is a migration that is made here.',
} as const;
