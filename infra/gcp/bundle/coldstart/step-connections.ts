import { http } from '@google-cloud/functions-framework';
import '../../../../functions/migrate-routes/index.ts';

/**
 * Not deployed: a function of a step that at its first message makes every connection a step may need, and nothing else. What
 * a step does with a real shoot depends on the shoot; this is the part that is the same for all.
 */
http('step-connections', async (_request, response) => {
  const { connectGoogle } = await import('../../../../shared/runtime/google.ts');
  await connectGoogle(process.env, new AbortController().signal);
  const [{ loadClientsOverTransports }] = await Promise.all([
    import('../../../../shared/compute/google/index.ts'),
    import('../../../../shared/kubernetes/client/index.ts'),
  ]);
  await loadClientsOverTransports();
  response.status(204).send();
});
