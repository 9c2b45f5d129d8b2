// The pipelines below a directory of foreign data: other files lie beside them (API descriptions, traces, component files).
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const DOCUMENT = /\.(ya?ml|json)$/;

/** Absolute paths, sorted, of the documents that hold a pipeline or lie in a folder named `invalid`. */
export function pipelineDocuments(root: string): string[] {
  return filesBelow(root).filter((path) => DOCUMENT.test(path) && (isMeantInvalid(path) || looksLikePipeline(path)));
}

/** With the packages too (zip, tar.gz), and with whatever a folder named `invalid` holds. */
export function pipelinePackages(root: string): string[] {
  const documents = new Set(pipelineDocuments(root));
  return filesBelow(root).filter((path) => documents.has(path) || /\.(zip|tar\.gz|tgz)$/.test(path) || isMeantInvalid(path));
}

export function isMeantInvalid(path: string): boolean {
  return path.split('/').includes('invalid');
}

function filesBelow(root: string): string[] {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name));
  return paths.filter((path) => statSync(path).isFile()).sort();
}

function looksLikePipeline(path: string): boolean {
  const text = readFileSync(path, 'utf8');
  if (text.trimStart().startsWith('[')) return false;
  return /pipelineInfo"?:/.test(text) && /schemaVersion"?:/.test(text);
}
