{{- /*
Creation of a pod of a Job: lockstep points the pod's references at the copies that the Job's first pod decided on. A pod does
not have the labels of its Job, so nothing here can tell whether the Job asks for pin. lockstep reads the Job's metadata to
know. _webhook-common.tpl describes the dictionary that this template takes.
*/}}
{{- define "lockstep.webhook.job" -}}
{{- $webhook := merge (dict "values" .root.Values.webhook.job) . -}}
- name: {{ prepend .suffixes "job" | join "-" }}.lockstep.dev
  admissionReviewVersions: [v1]
  clientConfig:
    {{- include "lockstep.webhook.clientConfig" (dict "root" .root "path" (prepend .suffixes "job" | join "/")) | nindent 4 }}
  {{- if or (eq .pin "In") (eq .mode "observe") }}
  failurePolicy: {{ include "lockstep.webhook.failurePolicy" $webhook }}
  {{- else }}
  # Most Jobs in these namespaces do not ask for pin, and they must not need lockstep.
  failurePolicy: {{ .root.Values.webhook.job.failurePolicy | default "Ignore" }}
  {{- end }}
  timeoutSeconds: {{ include "lockstep.webhook.timeoutSeconds" $webhook }}
  matchPolicy: Equivalent
  namespaceSelector:
    {{- include "lockstep.webhook.namespaceSelector" $webhook | nindent 4 }}
  rules:
    - apiGroups: [""]
      apiVersions: [v1]
      resources: [pods]
      operations: [CREATE]
      scope: Namespaced
  # The first pod of a Job creates the copies. A dry run creates none.
  sideEffects: NoneOnDryRun
  # A later webhook may add a sidecar that refers to the same sources, which must read the copies, too.
  reinvocationPolicy: IfNeeded
  # It tolerates missing fields: with failurePolicy Fail, an error here would refuse the pod.
  matchConditions:
    # Other projects have kinds of this name in groups of their own.
    - name: of-a-job
      expression: >-
        object.metadata.?ownerReferences.orValue([]).exists(o,
        o.?controller.orValue(false) && o.kind == 'Job' && o.apiVersion.startsWith('batch/'))
{{- end }}
