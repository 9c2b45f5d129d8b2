// What types of artifacts are called, and their marks.
import { BarChart3, Box, Brain, FileCode2, FileText, Gauge, Table2, type LucideIcon } from 'lucide-react';

interface TypeLook {
  readonly title: string;
  readonly icon: LucideIcon;
}

const LOOKS: Readonly<Record<string, TypeLook>> = {
  'system.Dataset': { title: 'Dataset', icon: Table2 },
  'system.Model': { title: 'Model', icon: Brain },
  'system.Metrics': { title: 'Metrics', icon: Gauge },
  'system.ClassificationMetrics': { title: 'Classification metrics', icon: BarChart3 },
  'system.SlicedClassificationMetrics': { title: 'Sliced classification metrics', icon: BarChart3 },
  'system.HTML': { title: 'HTML', icon: FileCode2 },
  'system.Markdown': { title: 'Markdown', icon: FileText },
  'system.Artifact': { title: 'Artifact', icon: Box },
};

/** The pipelines API has words of its own for some. */
const SCHEMA_TITLES: Readonly<Record<string, string>> = {
  Metric: 'system.Metrics',
  ClassificationMetric: 'system.ClassificationMetrics',
  SlicedClassificationMetric: 'system.SlicedClassificationMetrics',
};

/** Of a schemaTitle (system.Dataset), or of a type as the pipelines API names it (Dataset). */
export function lookOfType(type: string): TypeLook {
  return LOOKS[type] ?? LOOKS[SCHEMA_TITLES[type] ?? `system.${type}`] ?? { title: type, icon: Box };
}

/** For filters: words of people, and the types that they mean. */
export const TYPE_GROUPS = [
  { value: '', title: 'All', types: [] },
  { value: 'dataset', title: 'Datasets', types: ['system.Dataset'] },
  { value: 'model', title: 'Models', types: ['system.Model'] },
  { value: 'metrics', title: 'Metrics', types: ['system.Metrics', 'system.ClassificationMetrics', 'system.SlicedClassificationMetrics'] },
  { value: 'report', title: 'Reports', types: ['system.HTML', 'system.Markdown'] },
] as const;
