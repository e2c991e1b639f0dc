{{- /*
What must be set, and cannot be said in the schema because it depends on other values. Each message names the value
and says what to put there.
*/}}
{{- define "lockstep.require" -}}
{{- include "lockstep.require.certificates" . }}
{{- if and .Values.secrets.enabled (not .Values.webhook.url) (not .Values.secrets.keySecretName) }}
{{- fail "secrets.keySecretName is required with secrets.enabled: set it to a Secret in the release's namespace whose entry `keys` holds a line of at least 32 characters (openssl rand -base64 32)" }}
{{- end }}
{{- if and .Values.pin.enabled (not (or .Values.webhook.template.enabled .Values.webhook.scale.enabled)) }}
{{- fail "pin.enabled is set, but with webhook.template.enabled=false and webhook.scale.enabled=false no workload would ever be pinned: set one of these to true, or pin.enabled to false" }}
{{- end }}
{{- if eq (int .Values.port) (int .Values.adminPort) }}
{{- fail "port and adminPort are the same: set them to two different ports" }}
{{- end }}
{{- if not (or .Values.serviceAccount.create .Values.serviceAccount.name) }}
{{- fail "serviceAccount.name is required with serviceAccount.create=false: set it to the ServiceAccount that lockstep is to act as" }}
{{- end }}
{{- if and .Values.metrics.serviceMonitor.enabled .Values.metrics.podMonitor.enabled }}
{{- fail "metrics.serviceMonitor.enabled and metrics.podMonitor.enabled are both set: every pod would be asked twice; set one of them" }}
{{- end }}
{{- $least := include "lockstep.drainSeconds" . | int }}
{{- if lt (include "lockstep.terminationGracePeriodSeconds" . | int) $least }}
{{- fail (printf "terminationGracePeriodSeconds is too short to answer what has begun: set it to %d or more, or to 0" $least) }}
{{- end }}
{{- end }}

{{- define "lockstep.require.certificates" -}}
{{- $mode := include "lockstep.certificates.mode" . }}
{{- $caBundle := .Values.webhook.caBundle }}
{{- $injected := list }}
{{- range $key, $_ := .Values.webhook.annotations }}
{{- if hasPrefix "cert-manager.io/inject-" $key }}{{ $injected = append $injected $key }}{{ end }}
{{- end }}
{{- if eq $mode "existing-secret" }}
{{- if not (or $caBundle $injected) }}
{{- fail "webhook.caBundle is required: set it to the CA certificate that signed lockstep's serving certificate, as PEM in base64 (base64 -w0 ca.crt)" }}
{{- end }}
{{- if and $caBundle (not (contains "-----BEGIN CERTIFICATE-----" (b64dec $caBundle))) }}
{{- fail "webhook.caBundle is not a PEM certificate in base64: set it to the output of base64 -w0 ca.crt" }}
{{- end }}
{{- if not (or .Values.webhook.url .Values.certificates.existingSecret.name) }}
{{- fail "certificates.existingSecret.name is required: set it to a Secret of type kubernetes.io/tls in the release's namespace" }}
{{- end }}
{{- else if $caBundle }}
{{- fail (printf "webhook.caBundle is set, but with certificates.mode=%s it is filled in for you: leave it empty, or set certificates.mode to existing-secret" $mode) }}
{{- else if and .Values.webhook.url (eq $mode "cert-manager") }}
{{- fail "certificates.mode=cert-manager is for lockstep in the cluster: with webhook.url, set webhook.caBundle to the CA of the certificate that lockstep serves there" }}
{{- end }}
{{- end }}
