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
{{- $zone := dict "podAffinityTerm" (merge (dict "topologyKey" "topology.kubernetes.io/zone") $ours) "weight" 100 }}
{{- $apart := dict "podAntiAffinity" (dict "preferredDuringSchedulingIgnoredDuringExecution" (list $zone)) }}
{{- if not (hasKey .Values.affinity "podAntiAffinity") }}{{ $set = merge $set (dict "affinity" $apart) }}{{ end }}
{{- with .Values.affinity }}{{ $set = merge $set (dict "affinity" (deepCopy .)) }}{{ end }}
{{- range $field := list "priorityClassName" "nodeSelector" "tolerations" }}
{{- with index $.Values $field }}{{ $_ := set $set $field . }}{{ end }}
{{- end }}
{{- with $set }}{{ toYaml . }}{{ end }}
{{- end }}
