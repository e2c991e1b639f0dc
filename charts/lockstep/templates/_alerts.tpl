{{- /* The threshold of an alert. Takes a dictionary: root, the root context, name, and alert, its values. */}}
{{- define "lockstep.alertThreshold" -}}
{{- if and (eq .name "LockstepCertificateExpiring") (not .alert.threshold) }}
{{- include "lockstep.daysLeft" .root }}
{{- else if and (eq .name "LockstepDriftLasts") (not .alert.threshold) }}
{{- /* After an edit, the pace may take hours in a big cluster. Without such rollouts, drift lasts until the next call. */}}
{{- ternary 14400 86400 (not (empty (include "lockstep.edits" .root))) }}
{{- else }}
{{- /* As JSON: Helm prints a number above a million as 1e+06. */}}
{{- toJson .alert.threshold }}
{{- end }}
{{- end }}

{{- /*
With how many days to go a certificate should have been renewed for long: half of what is left at its renewal. A
self-managed certificate is renewed with a third of its life to go.
*/}}
{{- define "lockstep.daysLeft" -}}
{{- $mode := include "lockstep.certificates.mode" . }}
{{- $day := 86400000.0 }}
{{- if eq $mode "self-managed" }}
{{- divf (include "lockstep.milliseconds" .Values.certificates.selfManaged.lifetime) 6 $day | toJson }}
{{- else if eq $mode "cert-manager" }}
{{- divf (include "lockstep.milliseconds" .Values.certificates.certManager.renewBefore) 2 $day | toJson }}
{{- else }}
{{- 14 }}
{{- end }}
{{- end }}
