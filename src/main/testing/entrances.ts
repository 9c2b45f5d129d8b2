// What reads backups, for conformance/fuzz.
export { unpackBackup } from '../backup/unpack.ts';
