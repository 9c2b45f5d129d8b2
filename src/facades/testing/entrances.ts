// What reads bytes of uploads, for conformance/fuzz.
export { isGzip, isZip } from '../kfp/archive.ts';
export { parsePackage } from '../kfp/pipeline-package.ts';
