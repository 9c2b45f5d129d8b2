// A pipeline of two shell steps whose outputs are of every kind that the pages show: tables, pictures, prose, HTML, metrics.
// Needs no SDK and no environment, so that it runs within a second.
import { readFileSync } from 'node:fs';

const PARQUET = readFileSync(new URL('../../../src/facades/slipway/tables/testing/zstd.parquet', import.meta.url)).toString('base64');

const OUTPUTS = {
  flowers: 'system.Dataset',
  prices: 'system.Dataset',
  events: 'system.Dataset',
  chart: 'system.Artifact',
  notes: 'system.Markdown',
  report: 'system.HTML',
  model: 'system.Model',
  scores: 'system.Metrics',
  curve: 'system.ClassificationMetrics',
  confusion: 'system.ClassificationMetrics',
} as const;

export interface ArtifactPipelineOptions {
  readonly name?: string;
  /** Between 0 and 1: moves the figures, so that two runs differ. */
  readonly skill?: number;
  /** What the HTML page contains, in one line. */
  readonly page?: string;
}

/** `produce` makes everything, `consume` reads flowers and model. */
export function artifactPipeline({ name = 'artifacts', skill = 0.9, page = '<h1>Report</h1>' }: ArtifactPipelineOptions = {}): object {
  const path = (output: keyof typeof OUTPUTS) => `{{$.outputs.artifacts['${output}'].path}}`;
  const script = [
    'set -e',
    `cat > '${path('flowers')}' <<'END'\n${flowers()}END`,
    `mkdir -p '${path('prices')}/year=2026'`,
    `printf %s '${PARQUET}' | base64 -d > '${path('prices')}/year=2026/part-0.parquet'`,
    `printf '# prices\\n\\nOne file per year.\\n' > '${path('prices')}/README.md'`,
    `cat > '${path('events')}' <<'END'\n${Array.from({ length: 40 }, (_, index) => JSON.stringify({ step: index * 50, loss: Math.round(1e4 / (index + 3)) / 1e4, phase: index < 30 ? 'train' : 'tune' })).join('\n')}\nEND`,
    `cat > '${path('chart')}' <<'END'\n${chart()}\nEND`,
    `cat > '${path('notes')}' <<'END'\n${NOTES}END`,
    `cat > '${path('report')}' <<'END'\n<!doctype html><title>report</title>${page}\nEND`,
    `mkdir -p '${path('model')}/variables'`,
    `printf '{"classes": ["setosa", "versicolor", "virginica"], "trees": 50}' > '${path('model')}/config.json'`,
    `head -c 40000 /dev/urandom > '${path('model')}/variables/weights.bin'`,
    `cat > '{{$.outputs.output_file}}' <<'END'\n${JSON.stringify({ artifacts: reportedMetadata(skill) })}\nEND`,
    'echo "made everything"',
  ].join('\n');
  const read = `wc -l '{{$.inputs.artifacts['flowers'].path}}'; ls -R '{{$.inputs.artifacts['model'].path}}'`;
  const artifacts = Object.fromEntries(Object.entries(OUTPUTS).map(([output, type]) => [output, typed(type)]));
  return {
    pipelineInfo: { name },
    schemaVersion: '2.1.0',
    sdkVersion: 'kfp-2.17.0',
    deploymentSpec: { executors: { 'exec-produce': shell(script), 'exec-consume': shell(read) } },
    components: {
      'comp-produce': { executorLabel: 'exec-produce', outputDefinitions: { artifacts } },
      'comp-consume': { executorLabel: 'exec-consume', inputDefinitions: { artifacts: { flowers: typed('system.Dataset'), model: typed('system.Model') } } },
    },
    root: {
      dag: {
        tasks: {
          produce: { taskInfo: { name: 'produce' }, componentRef: { name: 'comp-produce' }, cachingOptions: {} },
          consume: {
            taskInfo: { name: 'consume' },
            componentRef: { name: 'comp-consume' },
            cachingOptions: {},
            dependentTasks: ['produce'],
            inputs: { artifacts: Object.fromEntries(['flowers', 'model'].map((key) => [key, { taskOutputArtifact: { producerTask: 'produce', outputArtifactKey: key } }])) },
          },
        },
      },
    },
  };
}

const shell = (script: string) => ({ container: { image: 'busybox:1.36', command: ['sh', '-c'], args: [script] } });
const typed = (schemaTitle: string) => ({ artifactType: { schemaTitle, schemaVersion: '0.0.1' } });

function reportedMetadata(skill: number): object {
  const round = (value: number) => Math.round(value * 1e4) / 1e4;
  const reported = (key: string, metadata: object) => ({ artifacts: [{ name: key, uri: `{{$.outputs.artifacts['${key}'].uri}}`, metadata }] });
  const steps = Array.from({ length: 21 }, (_, index) => index / 20);
  const confidenceMetrics = steps.map((rate) => ({ confidenceThreshold: round(1 - rate), falsePositiveRate: rate, recall: round(rate ** (1 - skill)) }));
  const right = Math.round(30 * skill);
  const rows = [0, 1, 2].map((actual) => ({ row: [0, 1, 2].map((predicted) => (actual === predicted ? right : predicted === (actual + 1) % 3 ? 30 - right : 0)) }));
  return {
    scores: reported('scores', { accuracy: round(skill), f1_macro: round(skill * 0.98), log_loss: round(1 - skill), rows_tested: 90 }),
    curve: reported('curve', { confidenceMetrics }),
    confusion: reported('confusion', { confusionMatrix: { annotationSpecs: ['setosa', 'versicolor', 'virginica'].map((displayName) => ({ displayName })), rows } }),
    flowers: reported('flowers', { rows: 150, source: 'scikit-learn' }),
    model: reported('model', { framework: 'scikit-learn', trees: 50 }),
  };
}

function flowers(): string {
  const species = ['setosa', 'versicolor', 'virginica'];
  const lines = Array.from({ length: 150 }, (_, index) => {
    const kind = Math.floor(index / 50);
    const wave = (period: number) => Math.sin(index * period) * 0.4;
    return [5 + kind * 0.8 + wave(1.3), 3.4 - kind * 0.2 + wave(0.7), 1.5 + kind * 2 + wave(2.1), 0.2 + kind * 0.9 + wave(1.9) / 4].map((value) => value.toFixed(1)).join(',') + `,${species[kind]}`;
  });
  return `sepal length,sepal width,petal length,petal width,species\n${lines.join('\n')}\n`;
}

function chart(): string {
  const bars = [62, 91, 40, 75, 83, 55].map((height, index) => `<rect x="${40 + index * 60}" y="${160 - height * 1.4}" width="36" height="${height * 1.4}" fill="#3b82f6"/>`).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 190" width="840" height="380"><rect width="420" height="190" fill="#fff"/>${bars}<path d="M20 160h380" stroke="#94a3b8"/></svg>`;
}

const NOTES = `# What was measured

The model reads **four lengths** and names the species. It was trained on 90 flowers and tested on 60.

| species    | found | missed |
|------------|------:|-------:|
| setosa     |    20 |      0 |
| versicolor |    19 |      1 |
| virginica  |    18 |      2 |

- no flower of *setosa* was mistaken
- see [scikit-learn](https://scikit-learn.org) for the data
- <script>document.title = 'broken into'</script> <img src=x onerror="document.title = 'broken into'">

\`\`\`python
forest.predict(rows)
\`\`\`
`;
