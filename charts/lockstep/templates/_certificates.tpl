{{- /*
Where the serving certificate comes from: `certificates.mode`. Outside the cluster, with a caBundle given, the certificate
is the user's, whatever the mode says.
*/}}
{{- define "lockstep.certificates.mode" -}}
{{- if and .Values.webhook.url .Values.webhook.caBundle -}}
existing-secret
{{- else -}}
{{ .Values.certificates.mode }}
{{- end }}
{{- end }}

{{- /* The Secret of the serving certificate: kept by lockstep, by cert-manager, or by the user. */}}
{{- define "lockstep.certificates.secretName" -}}
{{- $mode := include "lockstep.certificates.mode" . }}
{{- $fullname := include "lockstep.fullname" . }}
{{- if eq $mode "self-managed" }}
{{- .Values.certificates.selfManaged.secretName | default (printf "%s-certificates" $fullname) }}
{{- else if eq $mode "cert-manager" }}
{{- printf "%s-tls" $fullname }}
{{- else }}
{{- .Values.certificates.existingSecret.name }}
{{- end }}
{{- end }}

{{- /* The name that the API server asks for when it calls the Service. */}}
{{- define "lockstep.certificates.dnsName" -}}
{{- printf "%s.%s.svc" (include "lockstep.fullname" .) .Release.Namespace }}
{{- end }}
