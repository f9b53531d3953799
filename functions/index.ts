/**
 * Every function that is deployed, by the name of the topic that it listens to; the last two are asked by people over HTTP. Each
 * registers itself with functions-framework when it is loaded; deployment names one of them as its target.
 */
import './shoot-changed/index.ts';
import './watch-shoots/index.ts';
import './maintenance-tick/index.ts';
import './preflight/index.ts';
import './enable-ipv6-subnets/index.ts';
import './migrate-routes/index.ts';
import './check-nodes/index.ts';
import './configure-cni/index.ts';
import './restart-coredns/index.ts';
import './switch-kube-dns/index.ts';
import './abort/index.ts';
import './pause/index.ts';
import './resume/index.ts';
import './rollout/index.ts';
import './dead-letter/index.ts';
import './status/index.ts';
import './operate/index.ts';
