{{- /* The arguments of the program: all flags that the chart sets. */}}
{{- define "lockstep.args" -}}
- serve
{{- with .Values.host }}
- {{ printf "--host=%s" . | quote }}
{{- end }}
- --port={{ int .Values.port }}
- --admin-port={{ int .Values.adminPort }}
{{- if .Values.metrics.tls.enabled }}
- --admin-tls=on
{{- end }}
{{- if .Values.metrics.authentication.enabled }}
- --metrics-auth=on
{{- end }}
{{- if eq (include "lockstep.certificates.mode" .) "self-managed" }}
- --certificates=self-managed
- --certificate-secret={{ .Release.Namespace }}/{{ include "lockstep.certificates.secretName" . }}
- --certificate-names={{ include "lockstep.certificates.dnsName" . }}
- --webhook-configuration={{ include "lockstep.fullname" . }}
- --certificate-lifetime={{ .Values.certificates.selfManaged.lifetime }}
- --ca-lifetime={{ .Values.certificates.selfManaged.caLifetime }}
{{- else }}
- --tls-cert-file=/etc/lockstep/tls/tls.crt
- --tls-private-key-file=/etc/lockstep/tls/tls.key
{{- end }}
{{- with .Values.clientCertificates }}
{{- if .enabled }}
- --client-ca-file=/etc/lockstep/client-ca/ca.crt
- {{ printf "--client-names=%s" (join "," .names) | quote }}
{{- end }}
{{- end }}
- --log-level={{ .Values.logLevel }}
- --log-format={{ .Values.logFormat }}
{{- with .Values.traces }}
{{- if .endpoint }}
- {{ printf "--traces-endpoint=%s" .endpoint | quote }}
- --traces-sampling={{ .sampling }}
{{- end }}
{{- end }}
- --deadline={{ include "lockstep.deadlineMilliseconds" . }}ms
- --drain-delay={{ int .Values.drainDelaySeconds }}s
{{- $ceiling := include "lockstep.hasCeiling" . }}
- --ceiling={{ ternary "on" "off" (not (empty $ceiling)) }}
{{- if $ceiling }}
- --ceiling-patience={{ int .Values.ceiling.patienceSeconds }}s
- --ceiling-patience-pinned={{ int .Values.ceiling.pinnedPatienceSeconds }}s
{{- end }}
- --excluded-namespaces={{ include "lockstep.excludedNamespaces" . | fromJsonArray | join "," }}
{{- with include "lockstep.namespaces" . | fromJsonArray }}
- --namespaces={{ join "," . }}
{{- end }}
- --workloads={{ include "lockstep.kinds.each" (dict "kinds" (include "lockstep.kinds" (dict "root" .) | fromJsonArray) "field" "resource") | fromJsonArray | join "," }}
- --inject-default={{ .Values.inject.default }}
- --mode={{ .Values.mode }}
- --on-error={{ .Values.onError }}
{{- with .Values.rollOn }}
- --roll-on={{ join "," . }}
{{- end }}
- --adoption-in-doubt={{ .Values.adoption.inDoubt }}
{{- with .Values.ignore }}
- {{ printf "--ignore=%s" (join "," .) | quote }}
{{- end }}
{{- with .Values.compat }}
- --compat={{ join "," . }}
{{- end }}
{{- if not .Values.include.enabled }}
- --include=off
{{- end }}
{{- if .Values.secrets.enabled }}
- --secrets=on
{{- end }}
{{- if .Values.configMaps.keyed }}
- --key-configmaps=on
{{- end }}
{{- /* Also while both are off: records and copies from before have digests that were made with these keys. */}}
{{- if .Values.secrets.keySecretName }}
- --secrets-key-file=/etc/lockstep/secrets/keys
{{- end }}
{{- if .Values.pin.enabled }}
- --pin=on
- --pin-grace={{ int .Values.pin.graceSeconds }}s
- {{ printf "--pin-exclude=%s" (join "," .Values.pin.exclude) | quote }}
{{- end }}
{{- if include "lockstep.holdsPods" . }}
- --hold-until-configured=on
{{- end }}
{{- if include "lockstep.unblocks" . }}
- --unblock=on
- --unblock-patience={{ int .Values.unblock.patienceSeconds }}s
{{- end }}
{{- if include "lockstep.edits" . }}
{{- with .Values.edit }}
- --edit=on
- --edit-settle={{ .settle }}
- --edit-settle-most={{ .settleMost }}
- --edit-concurrent={{ int .concurrent }}
- --edit-concurrent-per-namespace={{ int .concurrentPerNamespace }}
- --edit-rest={{ .rest }}
- --edit-patience={{ .patience }}
- --edit-deadline={{ .deadline }}
{{- with .windows }}
- {{ printf "--edit-windows=%s" (join "; " .) | quote }}
{{- end }}
- --edit-sweep={{ .sweep }}
- --edit-secrets={{ .secrets }}
- --edit-secrets-every={{ .secretsEvery }}
{{- end }}
{{- end }}
{{- if include "lockstep.counts" . }}
- --workload-metrics=on
- --workload-metrics-every={{ .Values.metrics.workloads.every }}
{{- end }}
{{- if .Values.assess.enabled }}
- --assess=on
- --assess-port={{ int .Values.assess.port }}
{{- end }}
{{- if include "lockstep.needsLeader" . }}
- --lease={{ .Release.Namespace }}/{{ include "lockstep.fullname" . }}
{{- end }}
{{- range .Values.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end }}
