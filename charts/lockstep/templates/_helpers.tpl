{{- define "lockstep.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- /* The name of every object. 63: a Service's name is a DNS label. */}}
{{- define "lockstep.fullname" -}}
{{- $name := include "lockstep.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "lockstep.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (include "lockstep.fullname" .) }}
{{- end }}

{{- /* The name by which the API server knows lockstep. */}}
{{- define "lockstep.username" -}}
system:serviceaccount:{{ .Release.Namespace }}:{{ include "lockstep.serviceAccountName" . }}
{{- end }}

{{- /* [registry/]repository:tag, repository@digest, or both. With a digest, the tag is only a hint for people. */}}
{{- define "lockstep.image" -}}
{{- $tag := .Values.image.tag }}
{{- if not .Values.image.digest }}
{{- $tag = $tag | default .Chart.AppVersion }}
{{- end }}
{{- with .Values.image.registry }}{{ . }}/{{ end }}
{{- .Values.image.repository }}
{{- with $tag }}:{{ . }}{{ end }}
{{- with .Values.image.digest }}@{{ . }}{{ end }}
{{- end }}
