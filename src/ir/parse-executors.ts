// Executors: containers and importers are run; resolvers and Vertex custom jobs are kept as what they are.
import { COMPONENTS_MAX } from './limits.ts';
import { parseArtifactType } from './parse-components.ts';
import { parseRuntimeValue } from './parse-dag.ts';
import { parseResources } from './parse-resources.ts';
import {
  booleanAt,
  complain,
  jsonAt,
  recordAt,
  requiredSectionAt,
  requiredTextAt,
  sectionAt,
  sectionsAt,
  textAt,
  textsAt,
  type Section,
} from './section.ts';
import type { ContainerExecutor, Executor, ImporterExecutor } from './types.ts';

/** The deploymentSpec's executors by label. */
export function parseExecutors(pipeline: Section): Readonly<Record<string, Executor>> {
  const deployment = sectionAt(pipeline, 'deploymentSpec');
  return deployment === undefined ? {} : recordAt(deployment, 'executors', COMPONENTS_MAX, parseExecutor);
}

const KINDS = ['container', 'importer', 'resolver', 'customJob'];

function parseExecutor(section: Section): Executor | undefined {
  const written = KINDS.filter((kind) => jsonAt(section, kind) !== undefined);
  const [kind] = written;
  if (kind === undefined) complain(section, '', `needs one of ${KINDS.join(', ')}.`);
  if (written.length > 1) complain(section, '', `has ${written.join(' and ')}; only one of them may be given.`);
  if (kind === 'container') {
    const container = sectionAt(section, 'container');
    return container && { kind: 'container', container: parseContainer(container) };
  }
  if (kind === 'importer') {
    const importer = sectionAt(section, 'importer');
    return importer && { kind: 'importer', importer: parseImporter(importer) };
  }
  return { kind: 'unsupported', what: kind ?? 'nothing' };
}

function parseContainer(section: Section): ContainerExecutor {
  const command = textsAt(section, 'command');
  const args = textsAt(section, 'args');
  const env = jsonAt(section, 'env') === undefined ? undefined : sectionsAt(section, 'env').map(parseVariable);
  const resources = parseResources(section);
  return {
    image: requiredTextAt(section, 'image') ?? '',
    ...(command !== undefined && { command }),
    ...(args !== undefined && { args }),
    ...(env !== undefined && { env }),
    ...(resources !== undefined && { resources }),
  };
}

function parseVariable(section: Section): { name: string; value?: string } {
  const value = textAt(section, 'value');
  return { name: requiredTextAt(section, 'name') ?? '', ...(value !== undefined && { value }) };
}

function parseImporter(section: Section): ImporterExecutor {
  const uri = requiredSectionAt(section, 'artifactUri');
  const metadata = sectionAt(section, 'metadata')?.members;
  const reimport = booleanAt(section, 'reimport');
  const downloadToWorkspace = booleanAt(section, 'downloadToWorkspace');
  return {
    artifactUri: uri === undefined ? {} : parseRuntimeValue(uri),
    typeSchema: parseArtifactType(section, 'typeSchema'),
    ...(metadata !== undefined && { metadata }),
    ...(reimport !== undefined && { reimport }),
    ...(downloadToWorkspace !== undefined && { downloadToWorkspace }),
  };
}
