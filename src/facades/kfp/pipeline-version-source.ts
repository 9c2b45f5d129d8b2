// Where the IR of a new pipeline version comes from, and the row that it becomes.
import type { PipelineVersion } from '../../records/mod.ts';
import { parsePipelineOnce } from '../../ir/mod.ts';
import type { WebRequest } from '../../web/mod.ts';
import { NAMESPACE, type KfpOptions } from './context.ts';
import { checkDescription, checkName, checkTags, checkUrl, DISPLAY_NAME_CHARS_MAX, VERSION_NAME_CHARS_MAX } from './names.ts';
import type { PackageParser } from './package-parser.ts';
import { checkPipeline, packageOf, type PipelinePackage } from './pipeline-package.ts';
import { invalid, refusal } from './refusal.ts';
import type { MessageOf } from './request-message.ts';

/** `pipeline_spec` is only an output upstream; Slipway also takes it as input, so that no URL is needed. */
export const PIPELINE_VERSION = {
  pipeline_id: 'string',
  pipeline_version_id: 'string',
  display_name: 'string',
  name: 'string',
  description: 'string',
  created_at: 'ignored',
  package_url: { message: { pipeline_url: 'string' } },
  code_source_url: 'string',
  pipeline_spec: 'struct',
  error: 'ignored',
  tags: 'struct',
} as const;
type PipelineVersionMessage = MessageOf<typeof PIPELINE_VERSION>;

/** `prefix` is where the version stands in the body, with a dot at the end. */
export async function readVersionSource(
  { fetchPackage }: KfpOptions,
  parser: PackageParser,
  { signal }: WebRequest,
  { package_url: packageUrl, pipeline_spec: spec }: PipelineVersionMessage,
  prefix: string,
): Promise<PipelinePackage> {
  if (spec !== undefined) return packageOf(checkPipeline(parsePipelineOnce(spec), `${prefix}pipeline_spec`));
  const url = packageUrl?.pipeline_url ?? '';
  if (url === '') throw invalid(`${prefix}package_url.pipeline_url or ${prefix}pipeline_spec is missing`);
  if (fetchPackage === undefined) {
    throw refusal('Unimplemented', `${prefix}package_url: this server downloads no pipelines; upload the file, or send it as pipeline_spec`);
  }
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) throw invalid(`${prefix}package_url.pipeline_url is not a http or https URL`);
  return parser.parse(new URL(url).pathname, await fetchPackage(url, { signal }));
}

export interface VersionNaming {
  readonly name: string;
  readonly displayName: string;
}

/** `name` and `display_name` stand in for each other; `fallback` is for a version that has neither. */
export function versionNaming(message: { readonly name?: string; readonly display_name?: string }, fallback: string): VersionNaming {
  const { name = '', display_name: displayName = '' } = message;
  return {
    name: checkName('name', name || displayName || fallback.slice(0, VERSION_NAME_CHARS_MAX), VERSION_NAME_CHARS_MAX),
    displayName: checkName('display_name', displayName || name || fallback.slice(0, VERSION_NAME_CHARS_MAX), DISPLAY_NAME_CHARS_MAX),
  };
}

export function createVersionRow(
  { clock, rng }: KfpOptions,
  request: WebRequest,
  pipelineId: string,
  naming: VersionNaming,
  message: Pick<PipelineVersionMessage, 'description' | 'code_source_url' | 'tags'>,
  source: PipelinePackage,
): PipelineVersion {
  return {
    ...naming,
    pipelineVersionId: rng.uuid(),
    pipelineId,
    namespace: NAMESPACE,
    creator: request.identity.user,
    createdAtMs: clock.now(),
    description: checkDescription('description', message.description ?? source.description),
    codeSourceUrl: checkUrl('code_source_url', message.code_source_url),
    tags: checkTags('tags', message.tags),
    pipelineSpec: source.document,
  };
}
