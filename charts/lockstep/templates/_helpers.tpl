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

{{- /* What a Deployment selects its pods by; it can never change, so nothing with a version in it. */}}
{{- define "lockstep.selectorLabels" -}}
app.kubernetes.io/name: {{ include "lockstep.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "lockstep.labels" -}}
{{ include "lockstep.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- /* repository:tag, repository@digest, or both: with a digest the tag only tells people what it is. */}}
{{- define "lockstep.image" -}}
{{- $tag := .Values.image.tag }}
{{- if not .Values.image.digest }}
{{- $tag = $tag | default .Chart.AppVersion }}
{{- end }}
{{- .Values.image.repository }}
{{- with $tag }}:{{ . }}{{ end }}
{{- with .Values.image.digest }}@{{ . }}{{ end }}
{{- end }}

{{- /*
The milliseconds lockstep gives itself for one review: the API server's timeout less 500 ms for the connection, the
TLS handshake and the way back. The shortest timeout there is, one second, leaves 500.
*/}}
{{- define "lockstep.deadlineMilliseconds" -}}
{{- sub (mul (int .Values.webhook.timeoutSeconds) 1000) 500 }}
{{- end }}
