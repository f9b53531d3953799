import type { PodTemplate } from '../kinds/pod.ts';
import type { Deployment, ReplicaSet } from '../kinds/workloads.ts';
import { sameJson } from '../object/json.ts';
import { controllerReference, controllerUid, keyOf } from '../object/object.ts';
import { deployments, replicaSets } from '../resources/workloads.ts';
import type { Controller, Queue, Surroundings } from './controller.ts';
import { changed, controllerPath, keyOfPath, pathOf, writeStatus } from './controller.ts';
import { untilDeadline } from './deployment-progress.ts';
import { deploymentStatus } from './deployment-status.ts';
import { templateHash } from './pods-from-template.ts';
import { rolloutStep } from './rolling-update.ts';

const REVISION = 'deployment.kubernetes.io/revision';
export const TEMPLATE_HASH = 'pod-template-hash';

/** Rolls each Deployment from its old ReplicaSets to the one of its present template. */
export function deploymentController(surroundings: Surroundings, queue: Queue): Controller {
  const { store } = surroundings;
  /** Times at which a Deployment is looked at again already. */
  const planned = new Map<string, number>();

  function lookAgainAtDeadline(path: string): void {
    const deployment = store.get(deployments, keyOfPath(path));
    const now = surroundings.now();
    const wait = deployment === undefined ? undefined : untilDeadline(deployment, now);
    if (wait === undefined) return;
    const due = Date.parse(now) + wait;
    if (planned.get(path) === due) return;
    planned.set(path, due);
    queue.addAfter(path, [wait, wait]);
  }

  return {
    name: 'deployment',
    observe(change) {
      const deployment = changed(change, deployments);
      if (deployment !== undefined) queue.add(pathOf(deployment.object));
      const set = changed(change, replicaSets);
      const owner = set === undefined ? undefined : controllerPath(set.object, 'Deployment');
      if (owner !== undefined) queue.add(owner);
    },
    reconcile(path) {
      const deployment = store.get(deployments, keyOfPath(path));
      if (deployment === undefined || deployment.metadata.deletionTimestamp !== undefined) return;
      roll(surroundings, deployment);
      const sets = ownedSets(surroundings, deployment);
      const newest = sets.find((set) => hasTemplate(set, deployment.spec.template));
      writeStatus(
        surroundings,
        deployments,
        deployment,
        deploymentStatus(deployment, sets, newest, surroundings.now()),
      );
      dropOldRevisions(surroundings, deployment, sets, newest);
      lookAgainAtDeadline(path);
    },
  };
}

function roll(surroundings: Surroundings, deployment: Deployment): void {
  const sets = ownedSets(surroundings, deployment);
  const newest =
    sets.find((set) => hasTemplate(set, deployment.spec.template)) ??
    (deployment.spec.paused === true ? undefined : createSet(surroundings, deployment, sets));
  if (newest === undefined) return;
  const old = sets.filter((set) => set.metadata.uid !== newest.metadata.uid);
  markRevision(surroundings, deployment, newest, old);
  for (const [set, replicas] of rolloutStep(deployment, newest, old)) {
    const key = keyOf(set);
    const present = surroundings.store.get(replicaSets, key);
    if (present === undefined || present.spec.replicas === replicas) continue;
    const scaled = { ...present, spec: { ...present.spec, replicas } };
    surroundings.api.update(replicaSets, key, scaled, { typed: true });
  }
}

function ownedSets({ store }: Surroundings, deployment: Deployment): ReplicaSet[] {
  return store
    .list(replicaSets, deployment.metadata.namespace)
    .filter((set) => controllerUid(set) === deployment.metadata.uid)
    .sort((left, right) => revisionOf(left) - revisionOf(right));
}

/** Whether templates are another's, as far as both were compared. What is stored never changes. */
const compared = new WeakMap<PodTemplate, WeakMap<PodTemplate, boolean>>();

function hasTemplate(set: ReplicaSet, template: PodTemplate): boolean {
  const own = set.spec.template;
  if (own === undefined || !Object.isFrozen(own) || !Object.isFrozen(template)) return isOf(set, template);
  const others = compared.get(own) ?? new WeakMap<PodTemplate, boolean>();
  compared.set(own, others);
  const before = others.get(template);
  if (before !== undefined) return before;
  const same = isOf(set, template);
  others.set(template, same);
  return same;
}

function isOf(set: ReplicaSet, template: PodTemplate): boolean {
  const labels = { ...set.spec.template?.metadata?.labels };
  delete labels[TEMPLATE_HASH];
  const metadata = { ...set.spec.template?.metadata, labels };
  return sameJson(
    { ...set.spec.template, metadata },
    { ...template, metadata: { ...template.metadata, labels: { ...template.metadata?.labels } } },
  );
}

function createSet({ api }: Surroundings, deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet {
  const { name, namespace = '' } = deployment.metadata;
  const { template, selector } = deployment.spec;
  const hash = templateHash(template);
  const labels = { ...template.metadata?.labels, [TEMPLATE_HASH]: hash };
  const revision = 1 + Math.max(0, ...sets.map(revisionOf));
  return api.create(replicaSets, namespace, {
    metadata: {
      name: `${name}-${hash}`,
      labels,
      annotations: { [REVISION]: String(revision) },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: 0,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [TEMPLATE_HASH]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  });
}

/** A Deployment shows the revision of its present ReplicaSet; a set that is rolled back to becomes the latest again. */
function markRevision(
  { api }: Surroundings,
  deployment: Deployment,
  newest: ReplicaSet,
  old: readonly ReplicaSet[],
): void {
  const latest = Math.max(0, ...old.map(revisionOf));
  const revision = String(Math.max(revisionOf(newest), latest + 1));
  for (const [resource, object] of [
    [replicaSets, newest],
    [deployments, deployment],
  ] as const) {
    if (object.metadata.annotations?.[REVISION] === revision) continue;
    api.patch<Deployment | ReplicaSet>(resource, keyOf(object), {
      kind: 'merge',
      body: { metadata: { annotations: { [REVISION]: revision } } },
    });
  }
}

function dropOldRevisions(
  { api }: Surroundings,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  newest: ReplicaSet | undefined,
): void {
  const empty = sets.filter(
    (set) => set !== newest && set.spec.replicas === 0 && (set.status?.replicas ?? 0) === 0,
  );
  const surplus = Math.max(0, empty.length - (deployment.spec.revisionHistoryLimit ?? 10));
  for (const set of empty.slice(0, surplus)) api.delete(replicaSets, keyOf(set));
}

function revisionOf(set: ReplicaSet): number {
  return Number(set.metadata.annotations?.[REVISION] ?? 0);
}
