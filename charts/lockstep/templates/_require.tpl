{{- /*
What must be set, and cannot be said in the schema because it depends on other values. Each message names the value
and says what to put there.
*/}}
{{- define "lockstep.require" -}}
{{- if not .Values.webhook.caBundle }}
{{- fail "webhook.caBundle is required: set it to the CA certificate that signed lockstep's serving certificate, as PEM in base64 (base64 -w0 ca.crt)" }}
{{- end }}
{{- if not (contains "-----BEGIN CERTIFICATE-----" (b64dec .Values.webhook.caBundle)) }}
{{- fail "webhook.caBundle is not a PEM certificate in base64: set it to the output of base64 -w0 ca.crt" }}
{{- end }}
{{- if not (or .Values.webhook.url .Values.tls.secretName) }}
{{- fail "tls.secretName is required: set it to a Secret of type kubernetes.io/tls in the release's namespace, or set webhook.url if lockstep runs outside the cluster" }}
{{- end }}
{{- if and .Values.secrets.enabled (not .Values.webhook.url) (not .Values.secrets.keySecretName) }}
{{- fail "secrets.keySecretName is required with secrets.enabled: set it to a Secret in the release's namespace whose entry `keys` holds a line of at least 32 characters (openssl rand -base64 32)" }}
{{- end }}
{{- if eq (int .Values.port) (int .Values.adminPort) }}
{{- fail "port and adminPort are the same: set them to two different ports" }}
{{- end }}
{{- end }}
