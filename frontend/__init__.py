"""GOV.UK Design System markup for forms, pages and components. Knows none of the other apps."""
