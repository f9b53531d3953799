/**
 * For a Pub/Sub single message transform: of an entry of the garden's audit log, as a Cloud Logging sink publishes it, the message
 * that `shoot-changed` takes; null, so nothing, of every other entry. See events.md.
 */
// biome-ignore lint/correctness/noUnusedVariables: Pub/Sub calls it by its name.
function shootChange(message) {
  // Milliseconds of processing are counted: what is not about a Shoot is told by its text.
  if (message.data.indexOf('"shoots"') < 0) return null;
  const event = JSON.parse(message.data).jsonPayload;
  const about = event?.objectRef;
  const changes = ['create', 'update', 'patch'].includes(event?.verb) && event.stage === 'ResponseComplete';
  const written = event?.responseStatus?.code === 200 || event?.responseStatus?.code === 201;
  const isShoot = about?.apiGroup === 'core.gardener.cloud' && about.resource === 'shoots';
  const dryRun = (event?.requestURI ?? '').includes('dryRun=');
  if (!changes || !written || !isShoot || about.subresource || dryRun) return null;
  const after = event.responseObject;
  if (after?.spec?.provider?.type !== 'gcp' || after.metadata?.deletionTimestamp) return null;
  return { data: JSON.stringify({ before: null, after: { ...after, kind: 'Shoot' } }), attributes: {} };
}
