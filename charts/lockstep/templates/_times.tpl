{{- /* The longest timeout of all webhooks, in seconds. Some webhooks for pods exist only with other values. */}}
{{- define "lockstep.longestTimeoutSeconds" -}}
{{- $webhook := .Values.webhook }}
{{- $longest := 0 }}
{{- $all := list $webhook.template $webhook.scale $webhook.node $webhook.ceiling }}
{{- if .Values.pin.enabled }}{{ $all = append $all $webhook.pod }}{{ end }}
{{- if include "lockstep.pinsJobs" . }}{{ $all = append $all $webhook.job }}{{ end }}
{{- if include "lockstep.holdsPods" . }}{{ $all = append $all $webhook.configured }}{{ end }}
{{- range $all }}
{{- $longest = max $longest (include "lockstep.webhook.timeoutSeconds" (dict "root" $ "values" .)) }}
{{- end }}
{{- $longest }}
{{- end }}

{{- /*
lockstep's own deadline for a review, in milliseconds: the longest timeout less 500 ms for the connection, the TLS
handshake and the answer's way back. The shortest possible timeout, one second, leaves 500 ms. A call tells lockstep its
own timeout, so a shorter timeout gets a shorter deadline.
*/}}
{{- define "lockstep.deadlineMilliseconds" -}}
{{- sub (mul (include "lockstep.longestTimeoutSeconds" . | int) 1000) 500 }}
{{- end }}

{{- /*
The time that a pod needs to terminate, in seconds. It accepts calls for the drain delay, then finishes the reviews in
progress, and their clients get a second to read the answers.
*/}}
{{- define "lockstep.drainSeconds" -}}
{{- add (int .Values.drainDelaySeconds) (include "lockstep.longestTimeoutSeconds" . | int) 1 }}
{{- end }}

{{- /* The same plus four seconds for the process itself, so that the kubelet never has to kill it. */}}
{{- define "lockstep.terminationGracePeriodSeconds" -}}
{{- int .Values.terminationGracePeriodSeconds | default (add (include "lockstep.drainSeconds" . | int) 4) }}
{{- end }}

{{- /* The milliseconds of a duration such as 1m30s. */}}
{{- define "lockstep.milliseconds" -}}
{{- $any := toDate "2006" "2000" }}
{{- sub (mustDateModify . $any).UnixMilli $any.UnixMilli }}
{{- end }}
