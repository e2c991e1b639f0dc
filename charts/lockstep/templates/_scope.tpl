{{- /*
Which namespaces lockstep acts in. The registration, the flags of the program, the roles and the policies all take the
lists from here.
*/}}

{{- /* The namespaces that lockstep never touches, as a JSON list. The release's own namespace is always one of them. */}}
{{- define "lockstep.excludedNamespaces" -}}
{{- append (.Values.excludedNamespaces | default list) .Release.Namespace | uniq | sortAlpha | toJson }}
{{- end }}

{{- /* The only namespaces that lockstep acts in, as a JSON list. Empty: all that are not excluded. */}}
{{- define "lockstep.namespaces" -}}
{{- .Values.rbac.namespaces | default list | uniq | sortAlpha | toJson }}
{{- end }}

{{- /* Both lists, as expressions of a namespaceSelector. */}}
{{- define "lockstep.namespaceExpressions" -}}
- key: kubernetes.io/metadata.name
  operator: NotIn
  values:
    {{- include "lockstep.excludedNamespaces" . | fromJsonArray | toYaml | nindent 4 }}
{{- with include "lockstep.namespaces" . | fromJsonArray }}
- key: kubernetes.io/metadata.name
  operator: In
  values:
    {{- toYaml . | nindent 4 }}
{{- end }}
{{- end }}
