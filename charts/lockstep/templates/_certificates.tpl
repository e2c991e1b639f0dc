{{- /*
Who provides the serving certificate: `certificates.mode`. Outside the cluster, a caBundle means that the user does,
whatever the mode says.
*/}}
{{- define "lockstep.certificates.mode" -}}
{{- if and .Values.webhook.url .Values.webhook.caBundle -}}
existing-secret
{{- else -}}
{{ .Values.certificates.mode }}
{{- end }}
{{- end }}

{{- /* The Secret with the serving certificate. lockstep, cert-manager or the user writes it. */}}
{{- define "lockstep.certificates.secretName" -}}
{{- $mode := include "lockstep.certificates.mode" . }}
{{- $fullname := include "lockstep.fullname" . }}
{{- if eq $mode "self-managed" }}
{{- include "lockstep.certificates.selfManagedName" . }}
{{- else if eq $mode "cert-manager" }}
{{- printf "%s-tls" $fullname }}
{{- else }}
{{- .Values.certificates.existingSecret.name }}
{{- end }}
{{- end }}

{{- /* The Secret in which lockstep keeps self-managed certificates, whatever the mode. */}}
{{- define "lockstep.certificates.selfManagedName" -}}
{{- .Values.certificates.selfManaged.secretName | default (printf "%s-certificates" (include "lockstep.fullname" .)) }}
{{- end }}

{{- /* The server name that the API server expects when it calls the Service. */}}
{{- define "lockstep.certificates.dnsName" -}}
{{- printf "%s.%s.svc" (include "lockstep.fullname" .) .Release.Namespace }}
{{- end }}
