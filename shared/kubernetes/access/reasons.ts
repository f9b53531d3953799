/** Why credentials for a cluster cannot be had, or are of no use, until a human does something about it. */
export const ACCESS_REASONS = {
  GardenForbids: 'The garden knows who asks, and does not let them have a kubeconfig of the shoot.',
  GardenRefuses: 'The garden understood the request for a kubeconfig and refuses it.',
  GardenNotUnderstood: 'What the garden answered to the request for a kubeconfig is no such answer.',
  ShootNotInGarden: 'The garden has no such Shoot.',
  NoViewerAccess: 'This Gardener issues no kubeconfigs of the kind that was asked for.',
  NoIdentity: 'The functions could not say who they are: they have no service account of Google Cloud.',
  SecretNotReadable: 'Secret Manager does not give out the secret that a variable names.',
  KubeconfigUnusable: 'A kubeconfig was found where a variable says, but it cannot be used.',
  CredentialsNotTaken: 'An API server does not take the credentials that are stored for it.',
} as const;

export type AccessReason = keyof typeof ACCESS_REASONS;
