import { expect, test } from 'vitest';
import { block, keysOf, resourcesOf, textsIn } from '../../infra/gcp/check/compare/subject.ts';
import { readConfiguration } from '../../infra/gcp/check/configuration/resources.ts';
import { isList, isMap, type Value, type ValueMap } from '../../infra/gcp/check/configuration/value.ts';
import { OPERATE_ROUTES } from '../../shared/edge/operate/routes.ts';
import { STATUS_ROUTES } from '../../shared/edge/status/routes.ts';
import { CONFIGURATION } from './planted.ts';

/** The one address for both functions: which of them a request is led to, as the load balancer reads its URL map. */
async function urlMap(): Promise<(method: string, path: string) => string | undefined> {
  const configuration = await readConfiguration(CONFIGURATION);
  const [map, ...others] = resourcesOf(configuration, 'google_compute_url_map');
  if (map === undefined || others.length > 0) throw new Error('there is not exactly one URL map');
  const matcher = block(map.attributes, 'path_matcher');
  const rules = listOf(matcher?.route_rules).toSorted((a, b) => Number(a.priority) - Number(b.priority));
  return (method, path) => {
    const rule = rules.find(({ match_rules: rulesOf }) =>
      listOf(rulesOf).some((match) => matches(match, method, path)),
    );
    return keysOf('google_compute_backend_service.people', rule?.service ?? matcher?.default_service)[0];
  };
}

function matches(match: ValueMap, method: string, path: string): boolean {
  const headers = listOf(match.header_matches);
  return (
    path.startsWith(String(match.prefix_match)) &&
    headers.every((header) => header.header_name === ':method' && header.exact_match === method)
  );
}

function listOf(blocks: Value | undefined): readonly ValueMap[] {
  return isList(blocks) ? blocks.filter(isMap) : [];
}

const asAsked = (path: string) => path.replaceAll(/\{\w+\}/g, 'some-id');

test('whatever acts is led to operate, which takes nothing but POST', async () => {
  const leadsTo = await urlMap();
  for (const { method, path } of OPERATE_ROUTES) {
    expect(leadsTo(method, asAsked(path)), `${method} ${path}`).toBe('operate');
  }
});

test('whatever shows is led to status, the page and its files too', async () => {
  const leadsTo = await urlMap();
  const page = ['/', '/index.html', '/openapi.json'].map((path) => ({ method: 'GET', path }));
  for (const { method, path } of [...STATUS_ROUTES, ...page]) {
    expect(leadsTo(method, asAsked(path)), `${method} ${path}`).toBe('status');
    expect(leadsTo('HEAD', asAsked(path)), `HEAD ${path}`).toBe('status');
  }
});

test('a browser that goes to operate by itself begins a session there', async () => {
  const leadsTo = await urlMap();
  expect(leadsTo('GET', '/operate/')).toBe('operate');
});

test('operate believes what was signed for its own backend service, not for the one that shows', async () => {
  const configuration = await readConfiguration(CONFIGURATION);
  const operate = resourcesOf(configuration, 'google_cloudfunctions2_function').find(
    ({ key }) => key === 'operate',
  );
  const environment = block(block(operate?.attributes, 'service_config'), 'environment_variables');
  // In a text within an expression, quotes are escaped.
  const told = textsIn(environment?.OPERATE_IAP_AUDIENCE).join().replaceAll('\\', '');
  expect(told).toMatch(
    /backendServices\/..google_compute_backend_service\.people\["operate"\]\.generated_id/,
  );
});
