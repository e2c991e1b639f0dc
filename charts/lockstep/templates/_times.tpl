{{- /* The longest of the webhooks' timeouts, in seconds. The pods' counts where there is one. */}}
{{- define "lockstep.longestTimeoutSeconds" -}}
{{- $webhook := .Values.webhook }}
{{- $longest := 0 }}
{{- $all := list $webhook.template $webhook.scale $webhook.ceiling }}
{{- range .Values.pin.enabled | ternary (append $all $webhook.pod) $all }}
{{- $longest = max $longest (include "lockstep.webhook.timeoutSeconds" (dict "root" $ "values" .)) }}
{{- end }}
{{- $longest }}
{{- end }}

{{- /*
The milliseconds lockstep gives itself for one review: the API server's timeout less 500 ms for the connection, the
TLS handshake and the way back. The shortest timeout there is, one second, leaves 500. Each call says its own timeout,
and a shorter one than the longest counts for it.
*/}}
{{- define "lockstep.deadlineMilliseconds" -}}
{{- sub (mul (include "lockstep.longestTimeoutSeconds" . | int) 1000) 500 }}
{{- end }}

{{- /*
What a pod needs to end, in seconds: it goes on answering for the drain's delay, then answers the reviews that it has
begun, and their clients get a second to read.
*/}}
{{- define "lockstep.drainSeconds" -}}
{{- add (int .Values.drainDelaySeconds) (include "lockstep.longestTimeoutSeconds" . | int) 1 }}
{{- end }}

{{- /* The same, and four seconds more for the process itself, so that the kubelet never has to kill it. */}}
{{- define "lockstep.terminationGracePeriodSeconds" -}}
{{- int .Values.terminationGracePeriodSeconds | default (add (include "lockstep.drainSeconds" . | int) 4) }}
{{- end }}
