import { regionOfZone, selfLink } from '../core/links.ts';
import type { Method } from '../core/method.ts';
import { param } from '../core/method.ts';
import type { Project } from '../core/project.ts';
import { shownQuotas } from '../core/project-quotas.ts';
import { listBody } from '../lists/list.ts';

const CREATED = '1969-12-31T16:00:00.000-08:00';

function region(project: Project, name: string): object {
  return {
    kind: 'compute#region',
    id: String(1000 + project.regions.indexOf(name) * 10),
    creationTimestamp: CREATED,
    name,
    description: name,
    status: 'UP',
    zones: project.zones
      .filter((zone) => regionOfZone(zone) === name)
      .map((zone) => selfLink(`projects/${project.id}/zones/${zone}`)),
    quotas: [],
    selfLink: selfLink(`projects/${project.id}/regions/${name}`),
  };
}

function zone(project: Project, name: string): object {
  return {
    kind: 'compute#zone',
    id: String(2000 + project.zones.indexOf(name)),
    creationTimestamp: CREATED,
    name,
    description: name,
    status: 'UP',
    region: selfLink(`projects/${project.id}/regions/${regionOfZone(name)}`),
    selfLink: selfLink(`projects/${project.id}/zones/${name}`),
  };
}

/** The project itself, its regions and its zones; their existence is checked before a method is called. */
export const locationMethods: readonly Method[] = [
  {
    id: 'projects.get',
    verb: 'GET',
    path: 'projects/{project}',
    quota: 'reads',
    run: ({ project }) => ({
      body: {
        kind: 'compute#project',
        id: project.number,
        creationTimestamp: CREATED,
        name: project.id,
        defaultNetworkTier: project.defaultNetworkTier,
        defaultServiceAccount: `${project.number}-compute@developer.gserviceaccount.com`,
        commonInstanceMetadata: { kind: 'compute#metadata' },
        quotas: shownQuotas(project),
        xpnProjectStatus: 'UNSPECIFIED_XPN_PROJECT_STATUS',
        selfLink: selfLink(`projects/${project.id}`),
      },
    }),
  },
  {
    id: 'regions.get',
    verb: 'GET',
    path: 'projects/{project}/regions/{region}',
    quota: 'reads',
    run: ({ project }, call) => ({ body: region(project, param(call, 'region')) }),
  },
  {
    id: 'regions.list',
    verb: 'GET',
    path: 'projects/{project}/regions',
    quota: 'lists',
    run: ({ project }, call) => {
      const regions = project.regions.map((name) => region(project, name));
      return { body: listBody(call, 'compute#regionList', `projects/${project.id}/regions`, regions) };
    },
  },
  {
    id: 'zones.get',
    verb: 'GET',
    path: 'projects/{project}/zones/{zone}',
    quota: 'reads',
    run: ({ project }, call) => ({ body: zone(project, param(call, 'zone')) }),
  },
  {
    id: 'zones.list',
    verb: 'GET',
    path: 'projects/{project}/zones',
    quota: 'lists',
    run: ({ project }, call) => {
      const zones = project.zones.map((name) => zone(project, name));
      return { body: listBody(call, 'compute#zoneList', `projects/${project.id}/zones`, zones) };
    },
  },
];
