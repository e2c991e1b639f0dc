{{- /*
Creation and update of a workload: lockstep writes the config hash into its pod template. _webhook-common.tpl describes
the dictionary that this template takes.
*/}}
{{- define "lockstep.webhook.template" -}}
{{- $values := .root.Values.webhook -}}
{{- $webhook := merge (dict "values" $values.template) . -}}
{{- $kinds := include "lockstep.kinds" (dict "root" .root "with" "template") | fromJsonArray -}}
- name: {{ prepend .suffixes "template" | join "-" }}.lockstep.dev
  admissionReviewVersions: [v1]
  clientConfig:
    {{- include "lockstep.webhook.clientConfig" (dict "root" .root "path" (prepend .suffixes "template" | join "/")) | nindent 4 }}
  failurePolicy: {{ include "lockstep.webhook.failurePolicy" $webhook }}
  timeoutSeconds: {{ include "lockstep.webhook.timeoutSeconds" $webhook }}
  matchPolicy: Equivalent
  namespaceSelector:
    {{- include "lockstep.webhook.namespaceSelector" $webhook | nindent 4 }}
  objectSelector:
    {{- with $values.objectSelector.matchLabels }}
    matchLabels:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    matchExpressions:
      - key: lockstep.dev/inject
        operator: NotIn
        values: [disabled]
      {{- with $values.objectSelector.matchExpressions }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
  rules:
    {{- include "lockstep.kinds.rules" (dict "kinds" $kinds "operations" (list "CREATE" "UPDATE")) | trim | nindent 4 }}
  # Events tell what has come of a call: a rollout, a hold, a call that could not be checked. A dry run records none.
  {{- if .root.Values.pin.enabled }}
  # lockstep creates copies if the namespace or the workload asks for pin. A dry run creates none.
  {{- end }}
  {{- if include "lockstep.borrowsTemplates" .root }}
  # lockstep patches the Deployment whose template a Rollout takes. A dry run sends no PATCH.
  {{- end }}
  sideEffects: NoneOnDryRun
  # A later webhook may add a sidecar with references of its own, so the API server must call lockstep again.
  reinvocationPolicy: IfNeeded
  # Updates that do not change the template must reach lockstep: a server-side apply of an unchanged manifest, after an edit
  # of its ConfigMap, must roll the pods. (A client-side apply sends no request if nothing differs.)
  matchConditions:
    # During a scale-up, the scale webhook patches the template. Its patch is what this webhook would answer. A second review
    # would repeat the same reads within the same deadline.
    - name: not-our-own-patch
      expression: request.userInfo.username != '{{ include "lockstep.username" .root }}'
    # A workload that is being deleted no longer rolls. Its last updates only remove finalizers.
    - name: not-being-deleted
      expression: "!has(object.metadata.deletionTimestamp)"
{{- end }}
