{{- /*
What the webhooks share: the values of single fields. Each webhook is laid out in its own _webhook-NAME.tpl, and
test/chart/golden/ shows what comes out.

All take the same dictionary:
  root      the root context
  values    what .Values.webhook has for this webhook alone
  onError   what lockstep does with a call that it cannot check, allow or deny; not set for the ceiling
  labelled  whether the webhook is for namespaces whose label lockstep.dev/on-error says so, or for all others
  pin       In: for namespaces labelled lockstep.dev/pin: enabled. NotIn: for all others. Empty: for both.
  suffixes  what tells this webhook from its siblings, in its name and in its path: (list "deny" "pin")
*/}}

{{- /*
Where the API server finds lockstep. Called with the root context and the last part of the path.
No caBundle where it is filled in by lockstep or cert-manager: a field that the chart never mentions is one that no
upgrade, rollback or server-side apply takes away.
*/}}
{{- define "lockstep.webhook.clientConfig" -}}
{{- if .root.Values.webhook.url -}}
url: {{ printf "%s/admission/%s" .root.Values.webhook.url .path | quote }}
{{- else -}}
service:
  namespace: {{ .root.Release.Namespace | quote }}
  name: {{ include "lockstep.fullname" .root | quote }}
  port: 443
  path: /admission/{{ .path }}
{{- end }}
{{- with .root.Values.webhook.caBundle }}
caBundle: {{ . }}
{{- end }}
{{- end }}

{{- /*
What the API server does when lockstep itself is away. Namespaces that say so with a label get what they say, and the
label is in the selector: nothing has to be read when reading is what fails.
*/}}
{{- define "lockstep.webhook.failurePolicy" -}}
{{- $policy := ternary "Ignore" "Fail" (eq .onError "allow") -}}
{{- if .labelled -}}
{{ $policy }}
{{- else -}}
{{ .values.failurePolicy | default .root.Values.webhook.failurePolicy | default $policy }}
{{- end }}
{{- end }}

{{- /* How long the API server waits for this webhook, in seconds: its own timeout, or the common one. */}}
{{- define "lockstep.webhook.timeoutSeconds" -}}
{{- int .values.timeoutSeconds | default (int .root.Values.webhook.timeoutSeconds) }}
{{- end }}

{{- /*
Which namespaces the webhook is for. `evenDisabled`: also for those labelled lockstep.dev/inject: disabled. `disabled` on
either side keeps lockstep out, so it can be told here, at no cost. That `enabled` on either side lets it in cannot: a
selector knows no "or". The program decides that.
*/}}
{{- define "lockstep.webhook.namespaceSelector" -}}
{{- $user := .values.namespaceSelector | default .root.Values.webhook.namespaceSelector -}}
{{- with $user.matchLabels -}}
matchLabels:
  {{- toYaml . | nindent 2 }}
{{ end -}}
matchExpressions:
  # lockstep's own namespace: it must be able to start when lockstep is down and failurePolicy is Fail.
  - key: kubernetes.io/metadata.name
    operator: NotIn
    values:
      {{- append .root.Values.excludedNamespaces .root.Release.Namespace | uniq | sortAlpha | toYaml | nindent 6 }}
  {{- if not .evenDisabled }}
  - key: lockstep.dev/inject
    operator: NotIn
    values: [disabled]
  {{- end }}
  {{- with $user.matchExpressions }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- if .onError }}
  - key: lockstep.dev/on-error
    operator: {{ ternary "In" "NotIn" .labelled }}
    values: [{{ ternary "deny" "allow" (eq .root.Values.onError "allow") }}]
  {{- end }}
  {{- with .pin }}
  - key: lockstep.dev/pin
    operator: {{ . }}
    values: [enabled]
  {{- end }}
{{- end }}
