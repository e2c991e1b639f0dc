{{- /* On which nodes the pods run, and who must go for them: those fields of the pod that are set. */}}
{{- define "lockstep.scheduling" -}}
{{- $spread := list }}
{{- $ours := dict "labelSelector" (dict "matchLabels" (include "lockstep.selectorLabels" . | fromYaml)) }}
{{- range .Values.topologySpreadConstraints }}
{{- $constraint := . }}
{{- if not .labelSelector }}{{ $constraint = merge (dict) . $ours }}{{ end }}
{{- $spread = append $spread $constraint }}
{{- end }}
{{- $set := dict }}
{{- with $spread }}{{ $_ := set $set "topologySpreadConstraints" . }}{{ end }}
{{- range $field := list "priorityClassName" "affinity" "nodeSelector" "tolerations" }}
{{- with index $.Values $field }}{{ $_ := set $set $field . }}{{ end }}
{{- end }}
{{- with $set }}{{ toYaml . }}{{ end }}
{{- end }}
