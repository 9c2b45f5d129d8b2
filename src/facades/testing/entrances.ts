// What reads bytes of uploads and of files that steps wrote, for conformance/fuzz.
export { isGzip, isZip } from '../kfp/archive.ts';
export { parsePackage } from '../kfp/pipeline-package.ts';
export { TABLE_FORMATS, viewOf } from '../slipway/file-view.ts';
export { createTableReader } from '../slipway/tables/table-reader.ts';
