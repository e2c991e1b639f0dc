{{- /*
The fields that all webhooks share. Each webhook has its own file, _webhook-NAME.tpl. test/chart/golden/ shows the
rendered result.

The templates take one dictionary:
  root      the root context
  values    the values of this webhook alone: .Values.webhook.NAME
  onError   allow or deny: what lockstep does with a call that it cannot check. The ceiling does not set it.
  labelled  true: for namespaces that ask for this onError with the label lockstep.dev/on-error. false: for all others.
  pin       In: for namespaces labelled lockstep.dev/pin: enabled. NotIn: for all others. Empty: for both.
  mode      enforce, or observe: for namespaces in which lockstep only observes. They are the same whatever they say of errors and of pin.
  suffixes  the parts that this variant adds to the webhook's name and path: (list "deny" "pin")
*/}}

{{- /*
Where the API server finds lockstep. Takes root, and the end of the path. If lockstep or cert-manager fills in the caBundle,
the chart never mentions the field, so no upgrade, rollback or server-side apply removes it.
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
What the API server does if lockstep does not answer. A namespace can choose with a label. A selector reads that label, so
the choice holds even if lockstep itself can read nothing. Where lockstep only observes, no call fails because of it.
*/}}
{{- define "lockstep.webhook.failurePolicy" -}}
{{- $policy := ternary "Ignore" "Fail" (eq .onError "allow") -}}
{{- if eq .mode "observe" -}}
Ignore
{{- else if .labelled -}}
{{ $policy }}
{{- else -}}
{{ .values.failurePolicy | default .root.Values.webhook.failurePolicy | default $policy }}
{{- end }}
{{- end }}

{{- /* How long the API server waits for this webhook, in seconds: the webhook's own timeout, or the common one. */}}
{{- define "lockstep.webhook.timeoutSeconds" -}}
{{- int .values.timeoutSeconds | default (int .root.Values.webhook.timeoutSeconds) }}
{{- end }}

{{- /*
The namespaces that the webhook is for. `evenDisabled` includes those labelled lockstep.dev/inject: disabled. `disabled` on
either the namespace or the workload excludes it, so a selector can apply it and the API server makes no call. `enabled` on
either includes it, which a selector cannot express: it has no "or". The program decides that.
*/}}
{{- define "lockstep.webhook.namespaceSelector" -}}
{{- $user := .values.namespaceSelector | default .root.Values.webhook.namespaceSelector -}}
{{- with $user.matchLabels -}}
matchLabels:
  {{- toYaml . | nindent 2 }}
{{ end -}}
matchExpressions:
  # lockstep's own namespace is always excluded: its pods must start even if lockstep is down and failurePolicy is Fail.
  {{- include "lockstep.namespaceExpressions" .root | nindent 2 }}
  {{- if not .evenDisabled }}
  - key: lockstep.dev/inject
    operator: NotIn
    values: [disabled]
  {{- end }}
  {{- with $user.matchExpressions }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  - key: lockstep.dev/mode
    operator: {{ ternary "NotIn" "In" (eq .mode .root.Values.mode) }}
    values: [{{ ternary "observe" "enforce" (eq .root.Values.mode "enforce") }}]
  {{- if and .onError (eq .mode "enforce") }}
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
