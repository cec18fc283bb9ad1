"""What merchants send."""

from django import forms


class ReportForm(forms.Form):
    """Whether the walk solved it. The position stands in the address, as everywhere."""

    result = forms.ChoiceField(choices=[("solved", "solved"), ("unsolved", "unsolved")])
