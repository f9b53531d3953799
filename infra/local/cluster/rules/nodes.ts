import type { Node } from '../kinds/node.ts';
import { familyOf } from '../kinds/service.ts';
import { canonicalCidr } from '../object/addresses.ts';
import { sameJson } from '../object/json.ts';
import type { Rules } from '../resources/resource.ts';
import type { FieldError } from './errors.ts';
import { forbiddenValue, invalidValue } from './errors.ts';

/** Node rules that a migration meets: a pod CIDR is given once (`peers.md` §2.1). */
export const nodeRules: Rules<Node> = {
  complete(node) {
    const spec = node.spec ?? {};
    const cidrs = spec.podCIDRs ?? [];
    // The two fields are one: the old client writes the first, the new one both.
    if (cidrs.length === 0 && spec.podCIDR) return { ...node, spec: { ...spec, podCIDRs: [spec.podCIDR] } };
    if (cidrs.length > 0 && !spec.podCIDR) return { ...node, spec: { ...spec, podCIDR: cidrs[0] } };
    return { ...node, spec };
  },
  violations(node, previous) {
    const errors: FieldError[] = [];
    const now = node.spec?.podCIDRs ?? [];
    if (now.length > 0 && node.spec?.podCIDR !== now[0]) {
      const detail = 'must be the same as the first entry of podCIDRs';
      errors.push(invalidValue('spec.podCIDR', node.spec?.podCIDR, detail));
    }
    for (const [index, cidr] of now.entries()) {
      if (canonicalCidr(cidr) !== undefined) continue;
      errors.push(
        invalidValue(`spec.podCIDRs[${index}]`, cidr, 'must be a valid CIDR value, (e.g. 10.9.8.0/24)'),
      );
    }
    if (errors.length === 0 && new Set(now.map(familyOf)).size !== now.length) {
      const detail = 'may specify no more than one CIDR for each IP family';
      errors.push(invalidValue('spec.podCIDRs', now, detail));
    }
    const before = previous?.spec?.podCIDRs ?? [];
    if (before.length > 0 && !sameJson(before, now)) {
      const detail = 'node updates may not change podCIDR except from "" to valid';
      errors.push(forbiddenValue('spec.podCIDRs', detail));
    }
    const provider = previous?.spec?.providerID ?? '';
    if (provider !== '' && provider !== node.spec?.providerID) {
      const detail = 'node updates may not change providerID except from "" to valid';
      errors.push(forbiddenValue('spec.providerID', detail));
    }
    return errors;
  },
};
