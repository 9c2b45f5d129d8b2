// /version: which Kubernetes we speak. Clients choose features, and one kubectl even its own version, by it.
import type { JsonObject } from '../../base/mod.ts';

const MAJOR = '1';
const MINOR = '32';
export const GIT_VERSION = `v${MAJOR}.${MINOR}.4+slipway`;

export function versionDocument(): JsonObject {
  const platform = `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`;
  return {
    major: MAJOR,
    minor: MINOR,
    gitVersion: GIT_VERSION,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: `node${process.version}`,
    compiler: 'none',
    platform,
  };
}
