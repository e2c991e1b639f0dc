{{- /* Certificates that lockstep itself keeps are read and written through the API, so there is nothing to mount. */}}
{{- define "lockstep.volumes" -}}
{{- $volumes := list }}
{{- if ne (include "lockstep.certificates.mode" .) "self-managed" }}
{{- $secret := dict "secretName" (include "lockstep.certificates.secretName" .) }}
{{- $volumes = append $volumes (dict "name" "tls" "secret" $secret) }}
{{- end }}
{{- if .Values.secrets.enabled }}
{{- $items := list (dict "key" "keys" "path" "keys") }}
{{- $volumes = append $volumes (dict "name" "secrets" "secret" (dict "secretName" .Values.secrets.keySecretName "items" $items)) }}
{{- end }}
{{- with concat $volumes .Values.extraVolumes }}{{ toYaml . }}{{ end }}
{{- end }}

{{- /* Folders, not single files: a subPath mount would not follow a renewed certificate. */}}
{{- define "lockstep.volumeMounts" -}}
{{- $mounts := list }}
{{- if ne (include "lockstep.certificates.mode" .) "self-managed" }}
{{- $mounts = append $mounts (dict "name" "tls" "mountPath" "/etc/lockstep/tls" "readOnly" true) }}
{{- end }}
{{- if .Values.secrets.enabled }}
{{- $mounts = append $mounts (dict "name" "secrets" "mountPath" "/etc/lockstep/secrets" "readOnly" true) }}
{{- end }}
{{- with concat $mounts .Values.extraVolumeMounts }}{{ toYaml . }}{{ end }}
{{- end }}
