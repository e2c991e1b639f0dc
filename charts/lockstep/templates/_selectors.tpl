{{- /* Called with the root context, the user's selector for this webhook, and whether it is for disabled namespaces, too. */}}
{{- define "lockstep.webhook.namespaceSelector" -}}
{{- with .selector.matchLabels -}}
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
  {{- include "lockstep.webhook.notDisabled" . | nindent 2 }}
  {{- end }}
  {{- with .selector.matchExpressions }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- /* Called with the user's selector. */}}
{{- define "lockstep.webhook.objectSelector" -}}
{{- with .matchLabels -}}
matchLabels:
  {{- toYaml . | nindent 2 }}
{{ end -}}
matchExpressions:
  {{- include "lockstep.webhook.notDisabled" . | nindent 2 }}
  {{- with .matchExpressions }}
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
