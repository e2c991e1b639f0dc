{{- /* What all three webhooks share. Called with the root context and the path of the one webhook. */}}
{{- define "lockstep.webhook.common" -}}
{{- $root := .root -}}
admissionReviewVersions: [v1]
clientConfig:
  {{- if $root.Values.webhook.url }}
  url: {{ printf "%s%s" $root.Values.webhook.url .path | quote }}
  {{- else }}
  service:
    namespace: {{ $root.Release.Namespace | quote }}
    name: {{ include "lockstep.fullname" $root | quote }}
    port: 443
    path: {{ .path }}
  {{- end }}
  caBundle: {{ $root.Values.webhook.caBundle }}
failurePolicy: {{ $root.Values.webhook.failurePolicy }}
timeoutSeconds: {{ $root.Values.webhook.timeoutSeconds }}
matchPolicy: Equivalent
namespaceSelector:
  {{- include "lockstep.webhook.namespaceSelector" $root | nindent 2 }}
{{- end }}

{{- define "lockstep.webhook.namespaceSelector" -}}
{{- with .Values.webhook.namespaceSelector.matchLabels -}}
matchLabels:
  {{- toYaml . | nindent 2 }}
{{ end -}}
matchExpressions:
  # lockstep's own namespace: it must be able to start when lockstep is down and failurePolicy is Fail.
  - key: kubernetes.io/metadata.name
    operator: NotIn
    values:
      {{- append .Values.excludedNamespaces .Release.Namespace | uniq | sortAlpha | toYaml | nindent 6 }}
  {{- include "lockstep.webhook.notDisabled" . | nindent 2 }}
  {{- with .Values.webhook.namespaceSelector.matchExpressions }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "lockstep.webhook.objectSelector" -}}
{{- with .Values.webhook.objectSelector.matchLabels -}}
matchLabels:
  {{- toYaml . | nindent 2 }}
{{ end -}}
matchExpressions:
  {{- include "lockstep.webhook.notDisabled" . | nindent 2 }}
  {{- with .Values.webhook.objectSelector.matchExpressions }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- /*
`disabled` on either side keeps lockstep out, so it can be told here, at no cost. That `enabled` on either side lets it
in cannot: a selector knows no "or". The program decides that.
*/}}
{{- define "lockstep.webhook.notDisabled" -}}
- key: lockstep.dev/inject
  operator: NotIn
  values: [disabled]
{{- end }}
