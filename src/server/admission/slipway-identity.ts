// Who the parts of Slipway are when they write.
import type { Identity } from '../../web/mod.ts';

export const SLIPWAY_USER = 'system:slipway';

/** Engine and node. */
export const SLIPWAY_IDENTITY: Identity = { user: SLIPWAY_USER, groups: ['system:masters', 'system:authenticated'] };

/** Controllers write what users asked for (templates): they may do everything, but are not believed everything. */
export const CONTROLLER_IDENTITY: Identity = { user: 'system:kube-controller-manager', groups: ['system:masters', 'system:authenticated'] };
