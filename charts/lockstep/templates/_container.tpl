{{- define "lockstep.container" -}}
name: lockstep
image: {{ include "lockstep.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
args:
  {{- include "lockstep.args" . | nindent 2 }}
{{- with .Values.extraEnv }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  - name: webhook
    containerPort: {{ int .Values.port }}
    protocol: TCP
  - name: admin
    containerPort: {{ int .Values.adminPort }}
    protocol: TCP
livenessProbe:
  httpGet:
    path: /healthz
    port: admin
  {{- toYaml .Values.livenessProbe | nindent 2 }}
readinessProbe:
  httpGet:
    path: /readyz
    port: admin
  {{- toYaml .Values.readinessProbe | nindent 2 }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
{{- with include "lockstep.volumeMounts" . }}
volumeMounts:
  {{- . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "lockstep.args" -}}
- serve
- --port={{ int .Values.port }}
- --admin-port={{ int .Values.adminPort }}
{{ include "lockstep.certificates.args" . }}
- --log-level={{ .Values.logLevel }}
- --deadline={{ include "lockstep.deadlineMilliseconds" . }}ms
- --drain-delay={{ int .Values.drainDelaySeconds }}s
- --ceiling={{ ternary "on" "off" .Values.ceiling.enabled }}
- --inject-default={{ .Values.inject.default }}
- --on-error={{ .Values.onError }}
- --roll-on={{ join "," .Values.rollOn }}
{{- with .Values.ignore }}
- {{ printf "--ignore=%s" (join "," .) | quote }}
{{- end }}
{{- if .Values.secrets.enabled }}
- --secrets=on
- --secrets-key-file=/etc/lockstep/secrets/keys
{{- end }}
{{- if .Values.pin.enabled }}
- --pin=on
- --pin-grace={{ int .Values.pin.graceSeconds }}s
- --pin-lease={{ .Release.Namespace }}/{{ include "lockstep.fullname" . }}
{{- end }}
{{- range .Values.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end }}
