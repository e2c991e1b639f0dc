{{- /* The labels by which the Deployment selects its pods. They can never change, so they hold no version. */}}
{{- define "lockstep.selectorLabels" -}}
app.kubernetes.io/name: {{ include "lockstep.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- /* The labels of an object of the chart. They win over the user's labels. */}}
{{- define "lockstep.labels" -}}
{{- $own := include "lockstep.selectorLabels" . | fromYaml }}
{{- $_ := set $own "app.kubernetes.io/version" .Chart.AppVersion }}
{{- $_ := set $own "app.kubernetes.io/managed-by" .Release.Service }}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") }}
{{- toYaml (merge $own .Values.commonLabels) }}
{{- end }}

{{- /* The labels of the pods. They hold no version, so that a new version of the chart alone restarts no pod. */}}
{{- define "lockstep.podLabels" -}}
{{- toYaml (merge (include "lockstep.selectorLabels" . | fromYaml) .Values.podLabels .Values.commonLabels) }}
{{- end }}

{{- /* `annotations:` with those of this object (`own`) and the common ones. Empty if there are none. */}}
{{- define "lockstep.annotations" -}}
{{- with merge (dict) (.own | default dict) .root.Values.commonAnnotations -}}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /*
The metadata of an object. Takes a dictionary: root, the root context, and optionally name or suffix (of the name),
labels, annotations, namespace (default: the release's) and clusterScoped.
*/}}
{{- define "lockstep.metadata" -}}
{{- $root := .root -}}
{{- if not .clusterScoped -}}
namespace: {{ .namespace | default $root.Release.Namespace | quote }}
{{ end -}}
name: {{ .name | default (printf "%s%s" (include "lockstep.fullname" $root) (.suffix | default "")) | quote }}
labels:
  {{- toYaml (merge (include "lockstep.labels" $root | fromYaml) (.labels | default dict)) | nindent 2 }}
{{- with include "lockstep.annotations" (dict "root" $root "own" .annotations) }}
{{ . }}
{{- end }}
{{- end }}
