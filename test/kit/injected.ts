import { parseAllDocuments } from 'yaml';
import { v1 } from '../../src/digest/format.ts';
import { LockstepError } from '../../src/errors.ts';
import { type Injected, type InjectOptions, injectMarks } from '../../src/manifests/inject.ts';
import { OPERATIONS } from '../../src/policy/roll-on.ts';
import { WORKLOAD_KINDS } from '../../src/workloads/kinds.ts';

/** A ConfigMap `app` that the Deployments of these tests read. */
export const APP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {COLOUR: blue}\n';

export const HASH = 'v1-ae4d18f8fc20ec5d2b30895d66b9eb4dcddb23ebbbb2a8cb4e124a29ae324d22';
export const SOURCES = '{"configmap/app":"1d357337045d6f4d"}';

/** The marks of a Deployment with `app` as its only source, as the lines of a block map. */
export const markLines = (indent: string) =>
  `${indent}lockstep.dev/config-hash: ${HASH}\n${indent}lockstep.dev/config-sources: '${SOURCES}'\n`;

/** A Deployment that reads `app`; `metadata` is the text between `template:` and its `spec:`. */
export const deploymentYaml = (metadata: string) =>
  `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
${metadata}    spec:
      containers:
        - name: web
          envFrom: [{configMapRef: {name: app}}]
`;

export function inject(
  files: Readonly<Record<string, string>>,
  options: Partial<InjectOptions> = {},
): Promise<Injected> {
  const sources = Object.entries(files).map(([name, text]) => ({ name, text }));
  return injectMarks(sources, {
    namespace: 'default',
    injectDefault: 'enabled',
    defaults: { secrets: false, include: true, ignore: [], rollOn: OPERATIONS },
    format: v1(),
    kinds: WORKLOAD_KINDS,
    allowMissing: false,
    ...options,
  });
}

/** The text of `web.yaml` after injection, with `app` beside it. */
export async function webAfter(web: string, options: Partial<InjectOptions> = {}): Promise<string> {
  const { files } = await inject({ 'app.yaml': APP, 'web.yaml': web }, options);
  return files[1]?.after ?? '';
}

export function parsed(text: string): unknown[] {
  return [...parseAllDocuments(text, { merge: true })].map((document): unknown => {
    if (document.errors[0]) throw document.errors[0];
    return document.toJS();
  });
}

/** The error for this input. */
export async function errorOf(files: Readonly<Record<string, string>>): Promise<LockstepError> {
  try {
    await inject(files);
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
  throw new Error('no error');
}

/** A Deployment that reads the Secret `db` and the ConfigMap `app`. */
export const webWithSecret = (annotations = '{}') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: ${annotations}}
spec:
  template:
    metadata: {}
    spec:
      containers:
        - name: web
          envFrom: [{secretRef: {name: db}}, {configMapRef: {name: app}}]
`;

/** The value of `config-sources` in the output. undefined: the output has none. */
export const sourcesIn = async (files: Record<string, string>, options = {}): Promise<unknown> => {
  const { output } = await inject(files, options);
  const text = /config-sources: '(.*)'/.exec(output)?.[1];
  return text === undefined ? undefined : JSON.parse(text);
};
