{{- /* What a Deployment selects its pods by; it can never change, so nothing with a version in it. */}}
{{- define "lockstep.selectorLabels" -}}
app.kubernetes.io/name: {{ include "lockstep.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- /* Labels of an object of the chart. The user's come last, so that they cannot take the place of these. */}}
{{- define "lockstep.labels" -}}
{{- $own := include "lockstep.selectorLabels" . | fromYaml }}
{{- $_ := set $own "app.kubernetes.io/version" .Chart.AppVersion }}
{{- $_ := set $own "app.kubernetes.io/managed-by" .Release.Service }}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") }}
{{- toYaml (merge $own .Values.commonLabels) }}
{{- end }}

{{- /* Labels of the pods, without the chart's version: a new chart alone restarts nobody. */}}
{{- define "lockstep.podLabels" -}}
{{- toYaml (merge (include "lockstep.selectorLabels" . | fromYaml) .Values.podLabels .Values.commonLabels) }}
{{- end }}

{{- /* `annotations:`, where there are any: those of this object (`own`), and those of all. */}}
{{- define "lockstep.annotations" -}}
{{- with merge (dict) (.own | default dict) .root.Values.commonAnnotations -}}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /*
The metadata of an object. Called with the root context, and what the object has of its own: a name's suffix, labels,
annotations, and whether it is cluster-scoped.
*/}}
{{- define "lockstep.metadata" -}}
{{- $root := .root -}}
{{- if not .clusterScoped -}}
namespace: {{ $root.Release.Namespace | quote }}
{{ end -}}
name: {{ .name | default (printf "%s%s" (include "lockstep.fullname" $root) (.suffix | default "")) | quote }}
labels:
  {{- toYaml (merge (include "lockstep.labels" $root | fromYaml) (.labels | default dict)) | nindent 2 }}
{{- with include "lockstep.annotations" (dict "root" $root "own" .annotations) }}
{{ . }}
{{- end }}
{{- end }}
