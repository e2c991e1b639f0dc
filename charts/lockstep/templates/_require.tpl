{{- /*
Rules that the schema cannot express, because they concern several values. Each message names a value and says what to
set it to.
*/}}
{{- define "lockstep.require" -}}
{{- include "lockstep.require.certificates" . }}
{{- include "lockstep.require.clientCertificates" . }}
{{- include "lockstep.require.edit" . }}
{{- include "lockstep.require.assess" . }}
{{- $keyed := ternary "secrets.enabled" (ternary "configMaps.keyed" "" .Values.configMaps.keyed) .Values.secrets.enabled }}
{{- if and $keyed (not .Values.webhook.url) (not .Values.secrets.keySecretName) }}
{{- fail (printf "secrets.keySecretName is required with %s: set it to the name of a Secret in the release's namespace. Its entry `keys` must hold a line of at least 32 characters (openssl rand -base64 32)" $keyed) }}
{{- end }}
{{- if and .Values.pin.enabled (not (or .Values.webhook.template.enabled .Values.webhook.scale.enabled .Values.workloads.jobs (include "lockstep.edits" .))) }}
{{- fail "pin.enabled has no effect with webhook.template.enabled=false, webhook.scale.enabled=false and workloads.jobs=false: set one of them to true, or pin.enabled to false" }}
{{- end }}
{{- $kinds := include "lockstep.kinds" (dict "root" .) | fromJsonArray }}
{{- if not $kinds }}
{{- fail "every kind of workload is switched off, so lockstep has nothing to do: set workloads.deployments, or another one of workloads, to true" }}
{{- end }}
{{- if and (not .Values.pin.enabled) (not .Values.holdUntilConfigured.enabled) (not (include "lockstep.kinds" (dict "root" . "with" "template") | fromJsonArray)) }}
{{- fail "workloads.jobs has no effect without pin.enabled or holdUntilConfigured.enabled, and every other kind of workload is switched off: set one of these, or another one of workloads, to true" }}
{{- end }}
{{- range .Values.rbac.namespaces }}
{{- if has . (include "lockstep.excludedNamespaces" $ | fromJsonArray) }}
{{- fail (printf "rbac.namespaces contains %s, which is the release's own namespace or one of excludedNamespaces, and lockstep never acts there: remove it from one of the lists" .) }}
{{- end }}
{{- end }}
{{- if not .Values.networkPolicy.enabled }}
{{- range $name := list "webhookFrom" "metricsFrom" "egress" }}
{{- if get $.Values.networkPolicy $name }}
{{- fail (printf "networkPolicy.%s has no effect without networkPolicy.enabled: set networkPolicy.enabled to true, or remove networkPolicy.%s" $name $name) }}
{{- end }}
{{- end }}
{{- end }}
{{- if eq (int .Values.port) (int .Values.adminPort) }}
{{- fail "port and adminPort are the same: set them to different ports" }}
{{- end }}
{{- if not (or .Values.serviceAccount.create .Values.serviceAccount.name) }}
{{- fail "serviceAccount.name is required with serviceAccount.create=false: set it to the name of the ServiceAccount that lockstep runs as" }}
{{- end }}
{{- if and .Values.metrics.serviceMonitor.enabled .Values.metrics.podMonitor.enabled }}
{{- fail "metrics.serviceMonitor.enabled and metrics.podMonitor.enabled are both set, so Prometheus would scrape every pod twice: set only one of them" }}
{{- end }}
{{- include "lockstep.require.metrics" . }}
{{- $least := include "lockstep.drainSeconds" . | int }}
{{- if lt (include "lockstep.terminationGracePeriodSeconds" . | int) $least }}
{{- fail (printf "terminationGracePeriodSeconds is too short for a pod to finish its calls: set it to %d or more, or to 0" $least) }}
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
{{- fail "certificates.existingSecret.name is required: set it to the name of a Secret of type kubernetes.io/tls in the release's namespace" }}
{{- end }}
{{- else if $caBundle }}
{{- fail (printf "webhook.caBundle is set, but with certificates.mode=%s it is filled in automatically: remove it, or set certificates.mode to existing-secret" $mode) }}
{{- else if and .Values.webhook.url (eq $mode "cert-manager") }}
{{- fail "certificates.mode=cert-manager requires lockstep to run in the cluster, but webhook.url is set: set webhook.caBundle to the CA that signed lockstep's serving certificate, or remove webhook.url" }}
{{- end }}
{{- end }}

{{- define "lockstep.require.clientCertificates" -}}
{{- with .Values.clientCertificates }}
{{- if .enabled }}
{{- if $.Values.webhook.url }}
{{- fail "clientCertificates.enabled has no effect with webhook.url, because the chart does not start lockstep then: set it to false, and start lockstep with --client-ca-file and --client-names" }}
{{- end }}
{{- if not .caConfigMapName }}
{{- fail "clientCertificates.caConfigMapName is required with clientCertificates.enabled: set it to the name of a ConfigMap in the release's namespace. It must hold the CA that signs the API server's client certificate" }}
{{- end }}
{{- if not .names }}
{{- fail "clientCertificates.names is required with clientCertificates.enabled: set it to the common name of the API server's client certificate. Without names, every kubelet and every user with a certificate of the CA could call" }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "lockstep.require.edit" -}}
{{- if and (has "edit" (.Values.rollOn | default list)) (not (include "lockstep.edits" .)) }}
{{- fail "rollOn contains edit, which has no effect without edit.enabled and a kind of workload other than Jobs: set edit.enabled to true, or remove edit from rollOn" }}
{{- end }}
{{- with .Values.edit }}
{{- if gt (int .concurrentPerNamespace) (int .concurrent) }}
{{- fail (printf "edit.concurrentPerNamespace (%d) is greater than edit.concurrent (%d): lower it, or raise edit.concurrent" (int .concurrentPerNamespace) (int .concurrent)) }}
{{- end }}
{{- if gt (include "lockstep.milliseconds" .settle | int64) (include "lockstep.milliseconds" .settleMost | int64) }}
{{- fail (printf "edit.settle (%s) is longer than edit.settleMost (%s): shorten it, or raise edit.settleMost" .settle .settleMost) }}
{{- end }}
{{- if gt (include "lockstep.milliseconds" .patience | int64) (include "lockstep.milliseconds" .deadline | int64) }}
{{- fail (printf "edit.patience (%s) is longer than edit.deadline (%s): shorten it, or raise edit.deadline" .patience .deadline) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "lockstep.require.assess" -}}
{{- with .Values.assess }}
{{- if .enabled }}
{{- if or (eq (int .port) (int $.Values.port)) (eq (int .port) (int $.Values.adminPort)) }}
{{- fail "assess.port is the same as port or adminPort: set it to another port" }}
{{- end }}
{{- if and $.Values.webhook.url (not .externalName) }}
{{- fail "assess.externalName is required with webhook.url: set it to the DNS name at which the API server reaches lockstep" }}
{{- end }}
{{- end }}
{{- if and .externalName (not (and .enabled $.Values.webhook.url)) }}
{{- fail "assess.externalName has no effect without assess.enabled and webhook.url: remove it" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "lockstep.require.metrics" -}}
{{- with .Values.metrics }}
{{- $monitored := or .serviceMonitor.enabled .podMonitor.enabled }}
{{- if and .authentication.enabled (not .tls.enabled) }}
{{- fail "metrics.authentication.enabled requires metrics.tls.enabled, so that nobody reads the tokens on their way: set it to true" }}
{{- end }}
{{- if and .authentication.enabled .podMonitor.enabled (not .authentication.tokenSecret) }}
{{- fail "metrics.authentication.tokenSecret is required with metrics.podMonitor.enabled, because a PodMonitor cannot name a token file: set it to the name and key of a Secret with a token, or use metrics.serviceMonitor" }}
{{- end }}
{{- if and .tls.enabled $monitored (eq (include "lockstep.certificates.mode" $) "existing-secret") (not (or .tls.ca .tls.insecureSkipVerify)) }}
{{- fail "metrics.tls.ca is required with certificates.mode=existing-secret: set it to where the CA of lockstep's certificate is, or set metrics.tls.insecureSkipVerify to true" }}
{{- end }}
{{- end }}
{{- end }}
